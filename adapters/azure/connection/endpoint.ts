/** A Batch account's endpoint, checked: `https://account.region.batch.azure.com`, or an emulator on this machine. */
import { FaultError } from '../../../core/kernel/index.ts';

export interface Endpoint {
  /** Scheme, host and port without a trailing slash. */
  readonly origin: string;
  readonly hostname: string;
  /** Empty for the scheme's own port. */
  readonly port: string;
  readonly isSecure: boolean;
  /** Whether the host is this machine. */
  readonly isLoopback: boolean;
}

/** Parses an endpoint; the scheme may be missing and is `https` then, as for `az batch`. Throws `invalid`. */
export function parseEndpoint(text: string): Endpoint {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid(text, 'is not a web address');
  }
  if (url.username !== '' || url.password !== '') throw invalid(url.host, 'must not carry a user name or password');
  if (url.pathname !== '/' || url.search !== '') throw invalid(text, 'must end after the host and port');
  return {
    origin: url.origin,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    isSecure: url.protocol === 'https:',
    isLoopback: /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname),
  };
}

function invalid(text: string, reason: string): FaultError {
  return new FaultError({
    code: 'invalid',
    message: `The Batch endpoint "${text}" ${reason}; give one like https://account.region.batch.azure.com.`,
  });
}
