/**
 * Takes apart the stream of an attached container: frames of a kind (1 stdout, 2 stderr), a length and a payload.
 * Bytes are not copied; a reader that is slow stops the engine's sending.
 */
import type { Duplex } from 'node:stream';
import { Readable } from 'node:stream';

const HEADER_BYTES = 8;
const STDERR = 2;

export interface AttachedOutput {
  readonly stdout: Readable;
  /** Ends with the container's output, or with the connection. */
  readonly stderr: Readable;
}

/** `stdout holds up`: standard error is for a person's eyes, and one that nobody reads stops nothing. */
export function separate(
  stream: Duplex,
  pressure: 'stdout holds up' | 'both hold up' = 'stdout holds up',
): AttachedOutput {
  const resume = (): void => void stream.resume();
  const stdout = new Readable({ read: resume });
  const stderr = new Readable({ read: resume });
  const frames = new FrameReader((kind, payload) => {
    const hasRoom = (kind === STDERR ? stderr : stdout).push(payload);
    if (!hasRoom && (kind !== STDERR || pressure === 'both hold up')) stream.pause();
  });
  let isOver = false;
  const finish = (): void => {
    if (isOver) return;
    isOver = true;
    stdout.push(null);
    stderr.push(null);
  };
  stream.on('data', (chunk: Buffer) => frames.push(chunk));
  for (const end of ['end', 'close', 'error'] as const) stream.on(end, finish);
  return { stdout, stderr };
}

/** Hands over each payload, in parts when it arrives in parts. */
class FrameReader {
  readonly #onPayload: (kind: number, payload: Buffer) => void;
  #header: Buffer = Buffer.alloc(0);
  #kind = 0;
  #missing = 0;

  constructor(onPayload: (kind: number, payload: Buffer) => void) {
    this.#onPayload = onPayload;
  }

  push(chunk: Buffer): void {
    let rest = this.#header.length === 0 ? chunk : Buffer.concat([this.#header, chunk]);
    this.#header = Buffer.alloc(0);
    while (rest.length > 0) {
      if (this.#missing === 0) {
        if (rest.length < HEADER_BYTES) {
          this.#header = rest;
          return;
        }
        this.#kind = rest.readUInt8(0);
        this.#missing = rest.readUInt32BE(4);
        rest = rest.subarray(HEADER_BYTES);
        continue;
      }
      const payload = rest.subarray(0, this.#missing);
      this.#missing -= payload.length;
      rest = rest.subarray(payload.length);
      this.#onPayload(this.#kind, payload);
    }
  }
}
