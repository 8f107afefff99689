/** Responses: a handler's reply with the headers and the body that the operation's entry asks for, or a fault. */
import type { MemberPlan } from '../codec/encoder.ts';
import { memberPlan } from '../codec/encoder.ts';
import { encodeOne, encodePage } from '../codec/response-body.ts';
import { etagOf, formatHttpDate } from '../codec/wire-time.ts';
import type { RefusedRequest } from '../errors/error-body.ts';
import { encodeError } from '../errors/error-body.ts';
import { faultTable } from '../errors/fault-table.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import type { WireRequest } from '../http/wire-request.ts';
import type { WireResponse } from '../http/wire-response.ts';
import { nextLink } from '../odata/skip-token.ts';
import type { HandlerReply } from './handler.ts';
import type { OperationId } from './operation-id.ts';
import type { OperationSpec } from './operation-spec.ts';
import { specOf } from './operation-table.ts';

export interface AnswerContext {
  readonly id: OperationId;
  readonly exchange: { readonly request: WireRequest; readonly baseUrl: string };
  readonly version: number;
  readonly plan: readonly MemberPlan[];
}

export function answerOf(reply: HandlerReply, context: AnswerContext): WireResponse {
  const spec = specOf(context.id);
  if (reply.kind === 'file') return { status: spec.status, ...reply };
  const body = reply.kind === 'empty' ? undefined : bodyOf(reply, spec, context);
  return {
    status: spec.status,
    headers: headersOf(reply, spec, context),
    ...(body === undefined ? {} : { body }),
  };
}

/** A refusal in the service's form, whose sentence is the reason phrase too (wire-facts 1.7, 2.1). */
export function refusalOf(fault: WireFault, request: RefusedRequest): WireResponse {
  const { status, sentence } = faultTable[fault.code];
  return { status, reason: sentence, body: encodeError(fault, request) };
}

function headersOf(reply: HandlerReply, spec: OperationSpec, { exchange }: AnswerContext): [string, string][] {
  const headers: [string, string][] = [];
  const lastModified = 'lastModified' in reply ? reply.lastModified : undefined;
  if (spec.stamped === true && lastModified !== undefined) {
    headers.push(['Last-Modified', formatHttpDate(lastModified)], ['ETag', etagOf(lastModified)]);
  }
  const location = 'location' in reply ? reply.location : undefined;
  if (location !== undefined) headers.push(['Location', location]);
  if (spec.dataServiceId === true) {
    headers.push(['DataServiceId', location ?? `${exchange.baseUrl}${exchange.request.rawPath}`]);
  }
  return headers;
}

function bodyOf(
  reply: Extract<HandlerReply, { readonly kind: 'resource' | 'page' }>,
  spec: OperationSpec,
  { exchange, version, plan }: AnswerContext,
): string {
  const { request, baseUrl } = exchange;
  const { rawPath, query } = request;
  const url = `${baseUrl}${rawPath}`;
  const metadata = spec.response?.metadata ?? '';
  if (reply.kind === 'page') {
    const link = reply.next === undefined ? undefined : nextLink(url, query, reply.next);
    return encodePage(reply.items, { plan, metadata, context: { baseUrl, version, collectionUrl: url } }, link);
  }
  const collectionUrl = url.slice(0, url.lastIndexOf('/'));
  const { form } = reply;
  const shape =
    form === undefined ? { plan, metadata } : { plan: memberPlan(form.mapper, version), metadata: form.metadata };
  return encodeOne(reply.value, { ...shape, context: { baseUrl, version, collectionUrl } });
}
