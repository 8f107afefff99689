/** Reads an operation's body: content type, JSON, then its mapper (wire-facts 1.3, 2.2). */
import type { IncomingMessage } from 'node:http';
import type { Outcome } from '../../../core/kernel/index.ts';
import { refusal, success } from '../../../core/kernel/index.ts';
import type { Decoding } from '../codec/decoder.ts';
import { decodeModel } from '../codec/decoder.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { invalidBody, wireFault } from '../errors/wire-fault.ts';
import { MAX_BODY_BYTES, readBody } from '../http/request-body.ts';
import type { OperationSpec } from './operation-spec.ts';

/** The service insists on an OData format; `application/json` alone is refused (wire-facts 2.2). */
const CONTENT_TYPE = /^application\/json\s*;(?:.*;)?\s*odata\s*=\s*(?:no|minimal|full)metadata\s*(?:;|$)/i;
const LOOSE_CONTENT_TYPE = /^application\/json\b/i;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body in the engine's terms; undefined for operations that take none. */
export async function readOperationBody(
  spec: OperationSpec,
  message: IncomingMessage,
  policy: { readonly version: number; readonly loose: boolean },
): Promise<Outcome<unknown, WireFault>> {
  if (spec.body === undefined) return success(undefined);
  const { headers } = message;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    return refusal(wireFault('MissingContentLengthHeader'));
  }
  const reading = await readBody(message);
  if (reading.kind === 'tooLarge') {
    return refusal(wireFault('RequestBodyTooLarge', { MaxLimit: String(MAX_BODY_BYTES) }));
  }
  if (reading.kind === 'aborted') return refusal(invalidBody('The request ended before its body was complete.'));
  if (reading.body.length === 0 && spec.body.optional === true) return success({});
  const contentType = message.headers['content-type'];
  if (contentType === undefined) return refusal(wireFault('MissingRequiredHeader', { HeaderName: 'Content-Type' }));
  if (!(policy.loose ? LOOSE_CONTENT_TYPE : CONTENT_TYPE).test(contentType)) {
    return refusal(wireFault('InvalidHeaderValue', { HeaderName: 'Content-Type', HeaderValue: contentType }));
  }
  const parsed = parseJson(reading.body);
  if (!parsed.ok) return parsed;
  const decoding: Decoding = { version: policy.version, ignoreUnknown: policy.loose };
  const body = decodeModel(spec.body.mapper, parsed.value, decoding);
  return decoding.fault === undefined ? success(body) : refusal(decoding.fault);
}

function parseJson(body: Buffer): Outcome<unknown, WireFault> {
  try {
    return success(JSON.parse(utf8.decode(body)));
  } catch (error) {
    const reason = body.length === 0 ? 'The body is empty.' : `The body is not JSON: ${(error as Error).message}`;
    return refusal(invalidBody(reason));
  }
}
