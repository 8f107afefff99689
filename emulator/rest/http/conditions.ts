/** Conditional headers as a precondition for the engine (wire-facts 1.8). */
import type { IncomingHttpHeaders } from 'node:http';
import type { Instant, Outcome } from '../../../core/kernel/index.ts';
import { refusal, success } from '../../../core/kernel/index.ts';
import type { Precondition } from '../../engine/index.ts';
import { etagOf, parseHttpDate } from '../codec/wire-time.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { wireFault } from '../errors/wire-fault.ts';
import { headerOf } from './wire-request.ts';

export interface Condition {
  readonly holds: Precondition;
  /** A read that fails it is answered 304: the client has what it asked for. Otherwise it is 412. */
  readonly meansUnchanged: boolean;
}

const tagHeaders = ['if-match', 'if-none-match'] as const;
const dateHeaders = ['if-modified-since', 'if-unmodified-since'] as const;

/** Undefined when the request has none of those that the operation takes. */
export function readCondition(
  headers: IncomingHttpHeaders,
  accepted: 'all' | 'dates' | undefined,
): Outcome<Condition | undefined, WireFault> {
  if (accepted === undefined) return success(undefined);
  const names = accepted === 'all' ? [...tagHeaders, ...dateHeaders] : dateHeaders;
  const given = names.filter((name) => headers[name] !== undefined);
  if (given.length > 1) return refusal(wireFault('MultipleConditionHeadersNotSupported'));
  const [name] = given;
  if (name === undefined) return success(undefined);
  const value = headerOf(headers, name) ?? '';
  const holds =
    name === 'if-match' || name === 'if-none-match' ? tagCondition(name, value) : dateCondition(name, value);
  if (holds === undefined) {
    return refusal(wireFault('InvalidHeaderValue', { HeaderName: canonicalNames[name], HeaderValue: value }));
  }
  return success({ holds, meansUnchanged: name === 'if-none-match' || name === 'if-modified-since' });
}

const canonicalNames = {
  'if-match': 'If-Match',
  'if-none-match': 'If-None-Match',
  'if-modified-since': 'If-Modified-Since',
  'if-unmodified-since': 'If-Unmodified-Since',
} as const;

/** Clients send the tag without quotes; `*`, quoted and weak forms and lists are understood too. */
function tagCondition(name: 'if-match' | 'if-none-match', value: string): Precondition {
  const tags = new Set(value.split(',').map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', '').toUpperCase()));
  const matches: Precondition = ({ lastModified }) => tags.has('*') || tags.has(etagOf(lastModified).toUpperCase());
  return name === 'if-match' ? matches : (resource) => !matches(resource);
}

/** HTTP dates have whole seconds, so the resource's time is cut to them before it is compared. */
function dateCondition(name: 'if-modified-since' | 'if-unmodified-since', value: string): Precondition | undefined {
  const date = parseHttpDate(value);
  if (date === undefined) return undefined;
  const isModified = (lastModified: Instant): boolean => Math.floor(lastModified / 1000) * 1000 > date;
  return name === 'if-modified-since'
    ? ({ lastModified }) => isModified(lastModified)
    : ({ lastModified }) => !isModified(lastModified);
}
