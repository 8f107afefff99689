/** Error bodies, as a response of their own and inside the results of a task collection (wire-facts 2.1, 3.5). */
import type { Instant } from '../../../core/kernel/index.ts';
import { wrap } from '../codec/encoder.ts';
import { formatErrorTime } from '../codec/wire-time.ts';
import { faultTable } from './fault-table.ts';
import type { WireFault } from './wire-fault.ts';

/** The request that was refused: its id is in the message and in the `request-id` header alike. */
export interface RefusedRequest {
  readonly requestId: string;
  readonly receivedAt: Instant;
  readonly baseUrl: string;
}

export function encodeError(fault: WireFault, request: RefusedRequest): string {
  const metadata = `${request.baseUrl}/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element`;
  const values = fault.values ?? [];
  const items = values.map(({ key, value }) =>
    wrap('{}', `"key":${JSON.stringify(key)},"value":${JSON.stringify(value)}`, 2),
  );
  const members =
    `"odata.metadata":"${metadata}","code":"${fault.code}",` +
    `"message":${wrap('{}', `"lang":"en-US","value":${JSON.stringify(messageOf(fault, request))}`, 1)}` +
    (values.length === 0 ? '' : `,"values":${wrap('[]', items.join(','), 1)}`);
  return wrap('{}', members, 0);
}

/** The same as a value, for the mapper-driven encoder: `TaskAddResult.error`. */
export function errorValue(fault: WireFault, request: RefusedRequest): object {
  return {
    code: fault.code,
    message: { lang: 'en-US', value: messageOf(fault, request) },
    ...(fault.values === undefined ? {} : { values: fault.values }),
  };
}

function messageOf(fault: WireFault, request: RefusedRequest): string {
  const { sentence } = faultTable[fault.code];
  return `${sentence}\nRequestId:${request.requestId}\nTime:${formatErrorTime(request.receivedAt)}`;
}
