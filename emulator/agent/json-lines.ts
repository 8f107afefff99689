/**
 * Newline-delimited JSON over byte streams: a reader that bears partial, broken and endless lines, and
 * a writer that puts what one turn of the event loop says into one write.
 */
import type { Writable } from 'node:stream';

/** Longer than any request that the service accepts (1 MiB), with room for JSON's escapes. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

const NEWLINE = 0x0a;

export interface JsonLineHandler {
  value(value: unknown): void;
  /** A line that was skipped, and why, in words without its content. */
  broken(reason: string): void;
}

/** Takes chunks as they come and hands over one parsed value a line; empty lines are ignored. */
export class JsonLineReader {
  readonly #handler: JsonLineHandler;
  readonly #limit: number;
  #parts: Buffer[] = [];
  #partialBytes = 0;
  #isSkipping = false;

  constructor(handler: JsonLineHandler, limitBytes: number = LONGEST_LINE_BYTES) {
    this.#handler = handler;
    this.#limit = limitBytes;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#append(chunk.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#append(chunk.subarray(start));
  }

  #append(part: Buffer): void {
    if (this.#isSkipping) return;
    this.#partialBytes += part.length;
    if (this.#partialBytes > this.#limit) {
      this.#isSkipping = true;
      this.#parts = [];
      return;
    }
    this.#parts.push(part);
  }

  #finishLine(): void {
    const wasSkipping = this.#isSkipping;
    const [first, ...others] = this.#parts;
    const text = first === undefined ? '' : (others.length === 0 ? first : Buffer.concat(this.#parts)).toString('utf8');
    this.#parts = [];
    this.#partialBytes = 0;
    this.#isSkipping = false;
    if (wasSkipping) {
      this.#handler.broken(`a line longer than ${this.#limit} bytes`);
      return;
    }
    if (text.trim() === '') return;
    const value = parse(text);
    if (value === undefined) this.#handler.broken(`a line of ${text.length} characters that is not JSON`);
    else this.#handler.value(value);
  }
}

/** JSON has no undefined, so undefined can stand for "not JSON". */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export class JsonLineWriter {
  readonly #stream: Writable;
  #lines = '';
  #isScheduled = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  send(value: object): void {
    this.#lines += `${JSON.stringify(value)}\n`;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.flush());
  }

  /** Whether the other side reads slower than we write: then nothing more should be asked for. */
  get isCongested(): boolean {
    return this.#stream.writableNeedDrain;
  }

  flush(done?: () => void): void {
    this.#isScheduled = false;
    const lines = this.#lines;
    this.#lines = '';
    if (lines === '' || !this.#stream.writable) done?.();
    else this.#stream.write(lines, () => done?.());
  }
}
