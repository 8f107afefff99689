// A store that keeps what was committed as JSON, to see whether the engine could be started again from that alone, and
// that knows which jobs, pools and schedules have changed since somebody last asked.
import type { Change, RecordKind, StateStore, StoredRecord } from '../../../emulator/engine/index.ts';

/** Keys of what was put or deleted, with jobs named for their tasks and hooks, and pools for their nodes. */
export interface ChangedKeys {
  readonly pools: ReadonlySet<string>;
  readonly jobs: ReadonlySet<string>;
  readonly schedules: ReadonlySet<string>;
}

export class RecordingStore implements StateStore {
  readonly #records = new Map<string, string>();
  readonly #poolOfNode = new Map<string, string>();
  #changed = { pools: new Set<string>(), jobs: new Set<string>(), schedules: new Set<string>() };

  constructor(records: readonly StoredRecord[] = []) {
    this.commit(records.map((put) => ({ put })));
  }

  get records(): readonly StoredRecord[] {
    return [...this.#records.values()].map((text) => JSON.parse(text) as StoredRecord);
  }

  load(): Promise<readonly StoredRecord[]> {
    return Promise.resolve(this.records);
  }

  commit(changes: readonly Change[]): void {
    for (const change of changes) {
      if ('put' in change) {
        const { kind, key, value } = change.put;
        this.#records.set(`${kind}/${key}`, JSON.stringify(change.put));
        if (kind === 'node') this.#poolOfNode.set(key, (value as { readonly pool: string }).pool);
        this.#note(kind, key);
      } else {
        const { kind, key } = change.delete;
        this.#records.delete(`${kind}/${key}`);
        this.#note(kind, key);
      }
    }
  }

  takeChanged(): ChangedKeys {
    const changed = this.#changed;
    this.#changed = { pools: new Set(), jobs: new Set(), schedules: new Set() };
    return changed;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #note(kind: RecordKind, key: string): void {
    const { pools, jobs, schedules } = this.#changed;
    if (kind === 'pool') pools.add(key);
    else if (kind === 'node') pools.add(this.#poolOfNode.get(key) ?? '');
    else if (kind === 'schedule') schedules.add(key);
    else if (kind !== 'meta') jobs.add(key.split('/', 1)[0] ?? '');
  }
}
