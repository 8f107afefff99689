/** Reads request bodies up to the service's bound of 1 MiB and no further (wire-facts 7). */
import type { IncomingMessage } from 'node:http';

export const MAX_BODY_BYTES = 1_048_576;
/** A client that sends too much is listened to for this much longer, so that it can read the refusal. */
const MAX_DRAINED_BYTES = 16 * MAX_BODY_BYTES;

export type BodyReading =
  | { readonly kind: 'read'; readonly body: Buffer }
  | { readonly kind: 'tooLarge' }
  /** The client went away in the middle. */
  | { readonly kind: 'aborted' };

export function readBody(message: IncomingMessage): Promise<BodyReading> {
  if (Number(message.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    drain(message);
    return Promise.resolve({ kind: 'tooLarge' });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      message.off('data', onData);
      drain(message);
      resolve({ kind: 'tooLarge' });
    };
    message.on('data', onData);
    message.once('end', () => resolve({ kind: 'read', body: Buffer.concat(chunks) }));
    message.once('error', () => resolve({ kind: 'aborted' }));
    message.once('close', () => resolve({ kind: 'aborted' }));
  });
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Throws what still comes away, and cuts the connection when it is too much. */
export function drain(message: IncomingMessage): void {
  let drained = 0;
  message.on('error', () => undefined);
  message.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > MAX_DRAINED_BYTES) message.socket.destroy();
  });
  message.resume();
}
