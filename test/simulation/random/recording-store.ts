// A store that keeps what was committed as JSON, to see whether the engine could be started again from that alone.
import type { Change, StateStore, StoredRecord } from '../../../emulator/engine/index.ts';

export class RecordingStore implements StateStore {
  readonly #records = new Map<string, string>();

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
      if ('put' in change) this.#records.set(`${change.put.kind}/${change.put.key}`, JSON.stringify(change.put));
      else this.#records.delete(`${change.delete.kind}/${change.delete.key}`);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
