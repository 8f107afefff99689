/** Reads the query parameters of an operation: which it takes, `$filter`, `$select`, `$expand`, and the page asked for. */
import type { Outcome } from '../../../core/kernel/index.ts';
import { refusal, success } from '../../../core/kernel/index.ts';
import type { MemberPlan } from '../codec/encoder.ts';
import { memberPlan } from '../codec/encoder.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { invalidQuery, wireFault } from '../errors/wire-fault.ts';
import { versionPosition } from '../operations/api-version.ts';
import type { OperationSpec, QueryName } from '../operations/operation-spec.ts';
import type { Predicate } from './filter.ts';
import { parseFilter } from './filter.ts';
import { readSkipToken } from './skip-token.ts';

export interface QueryOptions {
  readonly limit: number;
  readonly after?: string;
  readonly where?: Predicate;
  /** The members to answer with, for operations that answer with a body. */
  readonly plan: readonly MemberPlan[];
  readonly recursive: boolean;
}

const DEFAULT_MAX_RESULTS = 1000;
const FORCE_SINCE = versionPosition('2024-02-01.19.0');

type Query = ReadonlyMap<string, string>;

/** In the order: unknown parameters, `timeout`, page, `$filter`, `$select`, `$expand`. */
export function readQueryOptions(
  spec: OperationSpec,
  given: Query,
  policy: { readonly version: number; readonly loose: boolean },
): Outcome<QueryOptions, WireFault> {
  const query = withCanonicalNames(given);
  const problem =
    (policy.loose ? undefined : checkNames(spec, query, policy.version)) ??
    checkInteger('timeout', query.get('timeout'), { minimum: 1 }) ??
    checkInteger('maxresults', query.get('maxresults'), {
      minimum: 1,
      maximum: spec.maxResults ?? DEFAULT_MAX_RESULTS,
    }) ??
    checkExpand(query.get('$expand')) ??
    checkBoolean('recursive', query.get('recursive')) ??
    checkBoolean('force', query.get('force'));
  if (problem !== undefined) return refusal(problem);
  const token = query.get('$skipToken');
  const after = token === undefined ? undefined : readSkipToken(token);
  if (token !== undefined && after === undefined) {
    return refusal(invalidQuery('$skipToken', token, 'The token is not one that this server gave out.'));
  }
  const filter = readFilter(spec, query.get('$filter'));
  if (!filter.ok) return filter;
  const plan = readSelect(spec, query.get('$select'), policy.version);
  if (!plan.ok) return plan;
  return success({
    limit: Number(query.get('maxresults') ?? spec.maxResults ?? DEFAULT_MAX_RESULTS),
    ...(after === undefined ? {} : { after }),
    ...(filter.value === undefined ? {} : { where: filter.value }),
    plan: plan.value,
    recursive: query.get('recursive')?.toLowerCase() === 'true',
  });
}

/** Older pages spell it `$skiptoken` (wire-facts 1.12). */
function withCanonicalNames(query: Query): Query {
  const token = query.get('$skiptoken');
  return token === undefined ? query : new Map([...query, ['$skipToken', token]]);
}

function checkNames(spec: OperationSpec, query: Query, version: number): WireFault | undefined {
  for (const name of query.keys()) {
    const isCommon = name === 'api-version' || name === 'timeout' || name === '$skiptoken';
    const isKnown = isCommon || spec.query?.includes(name as QueryName) === true;
    if (!isKnown || (name === 'force' && version < FORCE_SINCE)) {
      return wireFault('UnsupportedQueryParameter', { QueryParameterName: name });
    }
  }
  return undefined;
}

function checkInteger(
  name: string,
  text: string | undefined,
  range: { readonly minimum: number; readonly maximum?: number },
): WireFault | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) return invalidQuery(name, text, 'The value must be a whole number.');
  const { minimum, maximum = 2 ** 31 - 1 } = range;
  const value = Number(text);
  if (value >= minimum && value <= maximum) return undefined;
  return wireFault('OutOfRangeQueryParameterValue', {
    QueryParameterName: name,
    QueryParameterValue: text,
    MinimumAllowed: String(minimum),
    MaximumAllowed: String(maximum),
  });
}

function checkBoolean(name: string, text: string | undefined): WireFault | undefined {
  return text === undefined || /^(true|false)$/i.test(text)
    ? undefined
    : invalidQuery(name, text, 'The value must be true or false.');
}

/** Statistics are the only expansion; none exist yet, so nothing is added (wire-facts 1.13). */
function checkExpand(text: string | undefined): WireFault | undefined {
  const names = text?.split(',').map((name) => name.trim()) ?? [];
  const unknown = names.find((name) => name !== 'stats' && name !== '');
  if (text === undefined || unknown === undefined) return undefined;
  return invalidQuery('$expand', text, `The member '${unknown}' cannot be expanded.`);
}

function readFilter(spec: OperationSpec, text: string | undefined): Outcome<Predicate | undefined, WireFault> {
  if (text === undefined || text.trim() === '' || spec.filter === undefined) return success(undefined);
  return parseFilter(text, spec.filter);
}

function readSelect(
  spec: OperationSpec,
  text: string | undefined,
  version: number,
): Outcome<readonly MemberPlan[], WireFault> {
  const plan = spec.response === undefined ? [] : memberPlan(spec.response.mapper, version);
  const names = new Set(text?.split(',').map((name) => name.trim()));
  names.delete('');
  if (text === undefined || names.size === 0) return success(plan);
  const selected = plan.filter((member) => names.delete(member.name));
  const [unknown] = names;
  if (unknown === undefined) return success(selected);
  return refusal(invalidQuery('$select', text, `The member '${unknown}' does not exist on the resource.`));
}
