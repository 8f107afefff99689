/** The text that a SharedKey signature covers, made of the request as it was received (wire-facts 1.5). */
import type { WireRequest } from '../http/wire-request.ts';
import { headerOf } from '../http/wire-request.ts';

const signedHeaders = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
] as const;

/** `withBlanks` keeps query parameters without a value, which the JavaScript client signs and the Python one drops. */
export function stringToSign(request: WireRequest, accountName: string, withBlanks: boolean): string {
  const { headers } = request;
  const lines = [request.method, ...signedHeaders.map((name) => headerOf(headers, name) ?? '')];
  const ocpNames = Object.keys(headers).filter((name) => name.startsWith('ocp-'));
  for (const name of ocpNames.toSorted()) lines.push(`${name}:${headerOf(headers, name) ?? ''}`);
  const names = [...request.query.keys()].toSorted();
  const resource = [`/${accountName}${request.rawPath}`];
  for (const name of names) {
    const value = request.query.get(name) ?? '';
    if (value !== '' || withBlanks) resource.push(`${name}:${value}`);
  }
  return [...lines, ...resource].join('\n');
}
