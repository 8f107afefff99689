/**
 * Reads a file as a stream. A download that breaks goes on where it ended, by a range; a reader that stops, or a signal
 * that is aborted, closes the connection.
 */
import type { ReadOptions } from '../../../core/index.ts';
import { FaultError } from '../../../core/kernel/index.ts';
import type { BatchCalls, Operation } from '../calls/batch-calls.ts';
import { cancelled } from '../calls/fault-of-error.ts';
import type { Sdk, SdkCallOptions } from '../connection/sdk.ts';
import { TransportError, transportError } from '../connection/transport-error.ts';

type Body = AsyncIterable<Uint8Array>;

/** Asks for the bytes of `ocpRange`, or for the whole file without one. */
export type OpenFile = (
  sdk: Sdk,
  ocpRange: { readonly ocpRange?: string },
  options: SdkCallOptions,
) => Promise<{ readonly readableStreamBody?: NodeJS.ReadableStream | undefined }>;

export async function* download(
  calls: BatchCalls,
  open: OpenFile,
  { range, signal }: ReadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  checkRange(range);
  const start = range?.start ?? 0;
  let received = 0;
  for (let attempt = 1; ; attempt += 1) {
    const from = start + received;
    const header = range === undefined && received === 0 ? {} : { ocpRange: `bytes=${from}-${range?.end ?? ''}` };
    const body = await openBody(calls, (sdk, options) => open(sdk, header, options), { received, signal });
    if (body === undefined) return;
    const before = received;
    const broken = yield* relay(body, (bytes) => {
      received += bytes;
    });
    if (signal?.aborted === true) throw cancelled();
    if (broken === undefined) return;
    // The attempts count anew when a file comes forward, however slowly.
    if (received > before) attempt = 1;
    if (broken.problem !== 'lost' || attempt >= calls.retries.maxAttempts) throw calls.fault(broken, signal);
    if (range?.end !== undefined && start + received > range.end) return;
    await calls.pause(calls.backOff(attempt), signal);
  }
}

/** Undefined when a download that goes on finds the file at its end: the break came after the last byte. */
async function openBody(
  calls: BatchCalls,
  open: Operation<{ readonly readableStreamBody?: NodeJS.ReadableStream | undefined }>,
  { received, signal }: { readonly received: number; readonly signal: AbortSignal | undefined },
): Promise<Body | undefined> {
  try {
    const answer = await calls.read(open, signal);
    if (answer.readableStreamBody === undefined) throw calls.malformed('a file without content');
    // A Node.js stream without an encoding gives Buffers.
    return answer.readableStreamBody as AsyncIterable<unknown> as Body;
  } catch (error) {
    const isAtEnd = received > 0 && error instanceof FaultError && error.fault.service?.code === 'InvalidRange';
    if (isAtEnd) return undefined;
    throw error;
  }
}

/** Passes the chunks on; returns the error that ended the stream early. Leaving it destroys the stream. */
async function* relay(
  body: Body,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array, TransportError | undefined, undefined> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array, unknown>;
      try {
        next = await chunks.next();
      } catch (error) {
        return error instanceof Error ? transportError(error, false) : new TransportError('lost', String(error));
      }
      if (next.done === true) return undefined;
      count(next.value.byteLength);
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

function checkRange(range: ReadOptions['range']): void {
  if (range === undefined) return;
  const { start, end } = range;
  const isRight =
    Number.isSafeInteger(start) && start >= 0 && (end === undefined || (Number.isSafeInteger(end) && end >= start));
  if (isRight) return;
  throw new FaultError({
    code: 'invalid',
    message: `The range ${start} to ${end ?? 'the end'} is not one of bytes; start at 0 or later and end at or after the start.`,
  });
}
