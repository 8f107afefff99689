// A recording in a form that two runs share: ids and times as ordinals, calls at the same time in an order that does not
// depend on who was served first.
import { Ordinals, withoutIdentity } from './ordinals.ts';
import type { RecordedCall } from './recording.ts';

export interface TraceLine {
  readonly test: string;
  readonly call: string;
  readonly args: unknown;
  readonly result: unknown;
}

export type Trace = readonly TraceLine[];

/** The names of the arguments, where they are ids, and what `id` in an argument or result is an id of. */
const SHAPES: readonly (readonly [RegExp, { readonly args: readonly string[]; readonly id: string }])[] = [
  [/^images\./, { args: [], id: 'image' }],
  [/^pools\.(?:create|list)$/, { args: [], id: 'pool' }],
  [/^pools\.(?:nodes|rebootNode)$/, { args: ['poolId', 'nodeId'], id: 'node' }],
  [/^pools\./, { args: ['poolId'], id: 'pool' }],
  [/^jobs\.(?:create|list)$/, { args: [], id: 'job' }],
  [/^jobs\./, { args: ['jobId'], id: 'job' }],
  [/^schedules\.(?:create|list)$/, { args: [], id: 'schedule' }],
  [/^schedules\.jobs$/, { args: ['scheduleId'], id: 'job' }],
  [/^schedules\./, { args: ['scheduleId'], id: 'schedule' }],
  [/^tasks\.(?:addAll|list)$/, { args: ['jobId'], id: 'task' }],
  [/^tasks\./, { args: ['jobId', 'taskId'], id: 'task' }],
  [/^files\.\w+OfTask$/, { args: ['jobId', 'taskId'], id: 'file' }],
  [/^files\.\w+OfNode$/, { args: ['poolId', 'nodeId'], id: 'file' }],
];

const listsOfAccount: ReadonlySet<string> = new Set(['pools.list', 'jobs.list', 'schedules.list']);

export function traceOf(calls: readonly RecordedCall[]): Trace {
  const ordinals = new Ordinals(calls.map(({ args, result }) => [args, result]));
  return inOrder(calls).map((recorded) => {
    const { call, args, test, result } = recorded;
    const shape = shapeOf(call);
    return {
      test,
      call,
      args: args.map((arg, index) => ordinals.write(arg, shape.id, shape.args[index])),
      result: ordinals.write(result ?? { pending: true }, shape.id),
    };
  });
}

/**
 * What two runs at different speeds share: of the same question asked again and again the last answer only, no order of
 * times, and nothing of what happens to stand in lists of the whole account. For targets whose nodes take real time.
 */
export function settled(trace: Trace): Trace {
  const lines = trace.map(({ test, call, args, result }) => ({
    test,
    call,
    args,
    result: listsOfAccount.has(call) ? idsOf(result) : timeless(result),
  }));
  return lines.filter((line, index) => {
    const next = lines[index + 1];
    return next?.call !== line.call || next.test !== line.test || text(next.args) !== text(line.args);
  });
}

/** Undefined for equal traces, else the first difference with the lines before it. */
export function difference(left: Trace, right: Trace): string | undefined {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [left[index], right[index]];
    if (text(a) === text(b)) continue;
    const before = left.slice(Math.max(0, index - 3), index).map((line) => `    ${text(line)}`);
    return [`line ${index + 1} differs`, ...before, `  - ${text(a)}`, `  + ${text(b)}`].join('\n');
  }
  return undefined;
}

function shapeOf(call: string): { readonly args: readonly string[]; readonly id: string } {
  return SHAPES.find(([pattern]) => pattern.test(call))?.[1] ?? { args: [], id: 'thing' };
}

/** In order of beginning; calls that overlap by what they ask and get, ids and times aside. */
function inOrder(calls: readonly RecordedCall[]): readonly RecordedCall[] {
  const ordered: RecordedCall[] = [];
  let group: RecordedCall[] = [];
  let groupEnd = -1;
  const close = (): void => {
    const keys = new Map(group.map((each) => [each, sortKey(each)]));
    ordered.push(...group.toSorted((a, b) => compare(keys.get(a) ?? '', keys.get(b) ?? '')));
    group = [];
  };
  for (const call of calls) {
    if (call.from > groupEnd) close();
    group.push(call);
    groupEnd = Math.max(groupEnd, call.to ?? call.from);
  }
  close();
  return ordered;
}

function sortKey({ call, args, result }: RecordedCall): string {
  const shape = shapeOf(call);
  return text([
    call,
    // The ids of the arguments are the caller's, the same in both runs.
    args,
    withoutIdentity(result, shape.id),
  ]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Addresses are given to nodes as they come up; a pool without nodes may be steady or not yet. */
function timeless(value: unknown, member?: string): unknown {
  if (member === 'allocationState') return 'any';
  if (typeof value === 'string') return value.replace(/^(time|address)#\d+$/, '$1');
  if (Array.isArray(value)) return value.map((item) => timeless(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, timeless(each, key)]));
}

function idsOf(result: unknown): unknown {
  const { items, ...rest } = result as { readonly items?: readonly { readonly id?: unknown }[] };
  return items === undefined ? rest : { ...rest, items: items.map(({ id }) => id) };
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
