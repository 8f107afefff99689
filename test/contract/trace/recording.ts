// Records what a caller of core's BatchService asks and what it gets: every call with its arguments and its result.
import { createHash } from 'node:crypto';
import type { BatchService } from '../../../core/index.ts';
import { FaultError } from '../../../core/kernel/index.ts';

/** A fault without what HTTP alone adds: status and request id. */
export interface RecordedFault {
  readonly code: string;
  readonly message: string;
  readonly details: readonly { readonly key: string; readonly value: string }[];
  readonly serviceCode?: string;
}

export type RecordedResult =
  | { readonly value: unknown }
  | { readonly fault: RecordedFault }
  /** A sequence; `ended` is missing when its reader left early. */
  | { readonly items: readonly unknown[]; readonly ended?: 'done' | RecordedFault }
  /** A file's content, however it was cut into chunks. Read in part, it has no size and digest. */
  | { readonly bytes?: number; readonly sha256?: string; readonly ended?: 'done' | RecordedFault };

/** One call. `from` and `to` count all beginnings and ends, so that calls that overlap can be told. */
export interface RecordedCall {
  /** For example `pools.create`. */
  readonly call: string;
  readonly args: readonly unknown[];
  readonly test: string;
  readonly from: number;
  to?: number;
  result?: RecordedResult;
}

type Method = (...args: unknown[]) => Promise<unknown> | AsyncIterable<unknown>;

export class Recording {
  readonly calls: RecordedCall[] = [];
  readonly #testName: () => string;
  #count = 0;

  /** `testName` says which test is running, for people who read the trace. */
  constructor(testName: () => string = () => '') {
    this.#testName = testName;
  }

  /** The service with every method recorded. */
  record(service: BatchService): BatchService {
    const ports = Object.entries(service).map(([port, methods]) => [
      port,
      Object.fromEntries(
        Object.entries(methods as Readonly<Record<string, Method>>).map(([name, method]) => [
          name,
          (...args: unknown[]) => this.#perform(`${port}.${name}`, args, method),
        ]),
      ),
    ]);
    return Object.fromEntries(ports) as BatchService;
  }

  #perform(call: string, args: unknown[], method: Method): Promise<unknown> | AsyncIterable<unknown> {
    // A sequence begins with its first item, a promise at once.
    const result = method(...args);
    return isSequence(result) ? this.#sequence(call, args, result) : this.#promise(call, args, result);
  }

  #begin(call: string, args: unknown[]): RecordedCall {
    // Deep, as a caller may change what it gave.
    const begun = { call, args: args.map(snapshot), test: this.#testName(), from: this.#count++ };
    this.calls.push(begun);
    return begun;
  }

  #end(call: RecordedCall, result: RecordedResult): void {
    call.to = this.#count++;
    call.result = result;
  }

  async #promise(call: string, args: unknown[], result: Promise<unknown>): Promise<unknown> {
    const begun = this.#begin(call, args);
    try {
      const value = await result;
      this.#end(begun, { value });
      return value;
    } catch (error) {
      this.#end(begun, { fault: recordedFault(error) });
      throw error;
    }
  }

  async *#sequence(call: string, args: unknown[], sequence: AsyncIterable<unknown>): AsyncGenerator {
    const begun = this.#begin(call, args);
    const items: unknown[] = [];
    let ended: 'done' | RecordedFault | undefined;
    try {
      for await (const item of sequence) {
        items.push(item);
        yield item;
      }
      ended = 'done';
    } catch (error) {
      ended = recordedFault(error);
      throw error;
    } finally {
      const isContent = call.startsWith('files.read');
      this.#end(begun, {
        ...(isContent ? content(items, ended) : { items }),
        ...(ended === undefined ? {} : { ended }),
      });
    }
  }
}

function isSequence(result: Promise<unknown> | AsyncIterable<unknown>): result is AsyncIterable<unknown> {
  return Symbol.asyncIterator in result;
}

function content(chunks: readonly unknown[], ended: 'done' | RecordedFault | undefined): RecordedResult {
  if (ended !== 'done') return {};
  const hash = createHash('sha256');
  let bytes = 0;
  for (const chunk of chunks as readonly Uint8Array[]) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: hash.digest('hex').slice(0, 16) };
}

function recordedFault(error: unknown): RecordedFault {
  if (!(error instanceof FaultError)) return { code: 'not a fault', message: String(error), details: [] };
  const { code, message, details = [], service } = error.fault;
  return { code, message, details, ...(service === undefined ? {} : { serviceCode: service.code }) };
}

function snapshot(value: unknown): unknown {
  if (value instanceof AbortSignal) return value.aborted ? '(aborted signal)' : '(signal)';
  if (Array.isArray(value)) return value.map(snapshot);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, snapshot(member)]));
}
