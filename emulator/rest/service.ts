/**
 * One request from its first byte to its answer, in the service's order of checks: credentials, api-version, operation,
 * query and conditions, body, and then the engine (wire-facts 2.2).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Instant, Outcome, RandomStream } from '../../core/kernel/index.ts';
import { guid, refusal, success } from '../../core/kernel/index.ts';
import type { ServedAccount } from './account/served-account.ts';
import type { AuthenticationOptions } from './auth/authenticate.ts';
import { authenticate, mayAct } from './auth/authenticate.ts';
import { formatHttpDate } from './codec/wire-time.ts';
import type { RefusedRequest } from './errors/error-body.ts';
import type { WireFault } from './errors/wire-fault.ts';
import { wireFault } from './errors/wire-fault.ts';
import { handlers } from './handlers/handler-table.ts';
import type { Condition } from './http/conditions.ts';
import { readCondition } from './http/conditions.ts';
import { drain, hasBody } from './http/request-body.ts';
import type { WireRequest } from './http/wire-request.ts';
import { headerOf, readRequest } from './http/wire-request.ts';
import type { WireResponse } from './http/wire-response.ts';
import { sendResponse } from './http/wire-response.ts';
import type { QueryOptions } from './odata/query-options.ts';
import { readQueryOptions } from './odata/query-options.ts';
import { answerOf, refusalOf } from './operations/answers.ts';
import type { createVersionCheck } from './operations/api-version.ts';
import { versionPosition } from './operations/api-version.ts';
import type { Handler, HandlerOutcome, Unsimulated } from './operations/handler.ts';
import type { OperationId } from './operations/operation-id.ts';
import { specOf } from './operations/operation-table.ts';
import { readOperationBody } from './operations/request-decoding.ts';
import { matchRoute } from './operations/router.ts';
import type { ServerLog } from './server-log.ts';

export interface ServiceOptions extends AuthenticationOptions {
  readonly clock: Clock;
  readonly requestIds: RandomStream;
  readonly checkVersion: ReturnType<typeof createVersionCheck>;
  readonly loose: boolean;
  readonly log: ServerLog;
  /** Scheme and host for responses to a request that names no host. */
  readonly url: () => string;
  readonly scheme: 'http' | 'https';
}

/** A request on its way, and what every answer to it repeats. */
export interface Exchange {
  readonly request: WireRequest;
  readonly requestId: string;
  readonly receivedAt: Instant;
  readonly baseUrl: string;
}

/** A request that passed every check but those of the engine. */
interface Admitted {
  readonly id: OperationId;
  readonly account: ServedAccount;
  readonly version: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly options: QueryOptions;
  readonly condition?: Condition;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** What a host may be made of; anything else is not repeated in a response. */
const HOST = /^[\w.:[\]-]+$/;

export function createService(
  options: ServiceOptions,
): (message: IncomingMessage, target: ServerResponse) => Promise<void> {
  return async (message, target) => {
    const requestId = guid(options.requestIds);
    const receivedAt = options.clock.now();
    const baseUrl = baseUrlOf(message, options);
    const request = readRequest(message);
    const { response, ...about }: Answer =
      request === undefined
        ? refuseUndecodable({ requestId, receivedAt, baseUrl })
        : await answerSafely(options, message, { request, requestId, receivedAt, baseUrl });
    // Nobody read the body, if it was refused before or not expected.
    if (hasBody(message) && message.listenerCount('data') === 0) drain(message);
    const clientRequestId = echoedRequestId(request);
    const { method = '' } = message;
    options.log.request({ method, path: request?.rawPath ?? '', status: response.status, requestId, ...about });
    await sendResponse(target, response, {
      requestId,
      date: formatHttpDate(receivedAt),
      ...(clientRequestId === undefined ? {} : { clientRequestId }),
    });
  };
}

interface Answer {
  readonly response: WireResponse;
  readonly operation?: OperationId;
  readonly account?: string;
  readonly code?: string;
}

function refuseUndecodable(request: RefusedRequest): Answer {
  const fault = wireFault('RequestUrlFailedToParse');
  return { response: refusalOf(fault, request), code: fault.code };
}

/** A bug of ours is logged whole and answered as the service's internal error, which clients retry. */
async function answerSafely(options: ServiceOptions, message: IncomingMessage, exchange: Exchange): Promise<Answer> {
  try {
    return await answerRequest(options, message, exchange);
  } catch (error) {
    options.log.failure(`${exchange.request.method} ${exchange.request.rawPath} failed`, error);
    return { response: refusalOf(wireFault('InternalError'), exchange), code: 'InternalError' };
  }
}

async function answerRequest(options: ServiceOptions, message: IncomingMessage, exchange: Exchange): Promise<Answer> {
  const admitted = await admit(options, exchange.request);
  if (!admitted.ok) return { response: refusalOf(admitted.fault, exchange), code: admitted.fault.code };
  const { id, account, condition } = admitted.value;
  const about = { operation: id, account: account.name };
  const outcome = await perform(options, message, { exchange, admitted: admitted.value });
  if (outcome.ok) {
    const { version, options: query } = admitted.value;
    return { ...about, response: answerOf(outcome.value, { id, exchange, version, plan: query.plan }) };
  }
  const response =
    outcome.fault.code === 'ConditionNotMet' && condition?.meansUnchanged === true && isRead(exchange.request.method)
      ? { status: 304 }
      : refusalOf(outcome.fault, exchange);
  return { ...about, response, code: outcome.fault.code };
}

/** The checks that need no body, in the service's order. */
async function admit(options: ServiceOptions, request: WireRequest): Promise<Outcome<Admitted, WireFault>> {
  const caller = await authenticate(request, options);
  if (!caller.ok) return caller;
  const version = options.checkVersion(request.query.get('api-version'));
  if (!version.ok) return version;
  const route = matchRoute(request.method, request.rawPath);
  if (route.kind === 'unknownPath') return refusal(wireFault('ResourceNotFound'));
  if (route.kind === 'undecodable') return refusal(wireFault('RequestUrlFailedToParse'));
  if (route.kind === 'wrongMethod') {
    return refusal(wireFault(METHODS.has(request.method) ? 'UnsupportedHttpVerb' : 'InvalidHttpVerb'));
  }
  if (!mayAct(caller.value, route.parameters)) {
    const detail = 'The token of a task permits the operations of its own job alone.';
    return refusal(wireFault('InsufficientAccountPermissions', { AuthenticationErrorDetail: detail }));
  }
  const spec = specOf(route.id);
  if (spec.since !== undefined && version.value < versionPosition(spec.since)) {
    return refusal(wireFault('ResourceNotFound'));
  }
  const query = readQueryOptions(spec, request.query, { version: version.value, loose: options.loose });
  if (!query.ok) return query;
  const condition = readCondition(request.headers, spec.conditions);
  if (!condition.ok) return condition;
  return success({
    id: route.id,
    account: caller.value.account,
    version: version.value,
    parameters: route.parameters,
    options: query.value,
    ...(condition.value === undefined ? {} : { condition: condition.value }),
  });
}

/** Reads the body and calls the operation's handler. */
async function perform(
  options: ServiceOptions,
  message: IncomingMessage,
  { exchange, admitted }: { readonly exchange: Exchange; readonly admitted: Admitted },
): Promise<HandlerOutcome> {
  const { id, account, version, parameters, condition } = admitted;
  const body = await readOperationBody(specOf(id), message, { version, loose: options.loose });
  if (!body.ok) return body;
  // The table ties each handler to its body and its parameters; the decoder and the router have just made them.
  const handler = handlers[id] as Handler<unknown, string> | Unsimulated;
  if (typeof handler !== 'function') {
    if (options.loose) return success(handler.loosely);
    return refusal(wireFault('NotImplemented', { Operation: id, Reason: handler.unsimulated }));
  }
  const { limit, after, where, recursive } = admitted.options;
  const { request, ...identity } = exchange;
  return handler({
    ...identity,
    account,
    clock: options.clock,
    parameters,
    body: body.value,
    page: { limit, ...(after === undefined ? {} : { after }), ...(where === undefined ? {} : { where }) },
    recursive,
    version,
    headers: request.headers,
    rawPath: request.rawPath,
    ...(condition === undefined ? {} : { precondition: condition.holds }),
  });
}

function baseUrlOf(message: IncomingMessage, options: ServiceOptions): string {
  const { host } = message.headers;
  return host !== undefined && HOST.test(host) ? `${options.scheme}://${host}` : options.url();
}

function echoedRequestId(request: WireRequest | undefined): string | undefined {
  if (request === undefined || headerOf(request.headers, 'return-client-request-id')?.toLowerCase() !== 'true') {
    return undefined;
  }
  return headerOf(request.headers, 'client-request-id');
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
