// Ids and times as ordinals: the second pool that was seen is `pool#2`, the earliest time of all `time#1`.

/** What an id is of, by the name of the member or argument that holds it. */
const KIND_OF_MEMBER: Readonly<Record<string, string>> = {
  poolId: 'pool',
  nodeId: 'node',
  jobId: 'job',
  recentJobId: 'job',
  scheduleId: 'schedule',
  taskId: 'task',
  ipAddress: 'address',
};

/** Shorter ids could stand in any text for something else. */
const MIN_ID_IN_TEXT = 8;
const MAX_TEXT = 200;

export class Ordinals {
  readonly #byKind = new Map<string, Map<string, string>>();
  readonly #inText = new Map<string, string>();
  readonly #times: ReadonlyMap<number, string>;

  /** `values` are all that will be written: times are ranked over everything. */
  constructor(values: readonly unknown[]) {
    const times = new Set<number>();
    for (const value of values) collectTimes(value, undefined, times);
    this.#times = new Map([...times].toSorted((a, b) => a - b).map((time, index) => [time, `time#${index + 1}`]));
  }

  /** The value with ordinals. `idKind` says what members named `id` are ids of. */
  write(value: unknown, idKind: string, member?: string): unknown {
    if (typeof value === 'string') return this.#text(value, kindOf(member, idKind));
    if (isTime(value, member)) return this.#times.get(value) ?? 'time';
    if (Array.isArray(value)) return value.map((item) => this.write(item, idKind, member));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, each]) => [key, this.write(each, idKind, key)]),
    );
  }

  #text(text: string, kind: string | undefined): string {
    if (kind !== undefined) return this.#ordinal(text, kind);
    const replaced = text.replaceAll(/[\w-]{8,}/g, (word) => this.#inText.get(word) ?? word);
    return replaced.length <= MAX_TEXT ? replaced : `${replaced.slice(0, MAX_TEXT)}… of ${replaced.length}`;
  }

  #ordinal(id: string, kind: string): string {
    let ids = this.#byKind.get(kind);
    if (ids === undefined) {
      ids = new Map();
      this.#byKind.set(kind, ids);
    }
    let ordinal = ids.get(id);
    if (ordinal === undefined) {
      ordinal = `${kind}#${ids.size + 1}`;
      ids.set(id, ordinal);
      if (kind !== 'task' && id.length >= MIN_ID_IN_TEXT) this.#inText.set(id, ordinal);
    }
    return ordinal;
  }
}

/** The value with its ids and times taken away: what calls at the same time are ordered by. */
export function withoutIdentity(value: unknown, idKind: string, member?: string): unknown {
  if (typeof value === 'string') return kindOf(member, idKind) === undefined ? value : '';
  if (isTime(value, member)) return 0;
  if (Array.isArray(value)) return value.map((item) => withoutIdentity(item, idKind, member));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutIdentity(each, idKind, key)]));
}

function kindOf(member: string | undefined, idKind: string): string | undefined {
  if (member === 'id') return idKind;
  // An id in the details of a fault, or a name in an environment, is text like any other.
  return member !== undefined && Object.hasOwn(KIND_OF_MEMBER, member) ? KIND_OF_MEMBER[member] : undefined;
}

function isTime(value: unknown, member: string | undefined): value is number {
  return typeof value === 'number' && member?.endsWith('At') === true;
}

function collectTimes(value: unknown, member: string | undefined, times: Set<number>): void {
  if (isTime(value, member)) times.add(value);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) collectTimes(each, Array.isArray(value) ? member : key, times);
  }
}
