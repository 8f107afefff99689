/**
 * Keeps browsers out. The control plane asks for no key, so a page that somebody visits must not be able
 * to use it: not by a name that leads to this machine (DNS rebinding), and not from another site.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** Why the request is refused, in a sentence; undefined when it may go on. */
export function refuseStranger(headers: IncomingHttpHeaders): string | undefined {
  const { host = '', origin } = headers;
  if (!isLoopback(host)) {
    return `The control plane answers on this machine's loopback address alone, not as "${host}": use http://127.0.0.1 with the port.`;
  }
  if (origin !== undefined && !isSameOrigin(origin, host)) {
    return `The control plane is not for pages of other sites (Origin "${origin}").`;
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return `The control plane is not for pages of other sites (Sec-Fetch-Site "${site}").`;
  }
  return undefined;
}

/** `localhost`, `127.x.x.x` and `[::1]`, with or without a port: names of this machine that no stranger can take. */
function isLoopback(host: string): boolean {
  const name = nameOf(host);
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '');
}

/** Also another port of this machine is another site: what listens there is not ours. */
function isSameOrigin(origin: string, host: string): boolean {
  const url = URL.parse(origin);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.host === host.toLowerCase();
}
