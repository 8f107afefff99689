/**
 * Where the engine's state is kept. The engine holds all state in memory and rules never live in a
 * store: a store keeps records by kind and key, and gives them back when the emulator starts again.
 */

export type RecordKind = 'pool' | 'node' | 'job' | 'task' | 'hook' | 'schedule' | 'application' | 'meta';

export interface StoredRecord {
  readonly kind: RecordKind;
  readonly key: string;
  /** Plain data: JSON would carry it unchanged. */
  readonly value: unknown;
}

export type Change =
  | { readonly put: StoredRecord }
  | { readonly delete: { readonly kind: RecordKind; readonly key: string } };

export interface StateStore {
  /** Every record, in any order. Called once, at the start. */
  load(): Promise<readonly StoredRecord[]>;
  /**
   * All of one turn's changes, or none. A promise resolves when they would survive a crash; a store
   * that has nothing to wait for returns nothing.
   */
  commit(changes: readonly Change[]): Promise<void> | void;
  close(): Promise<void>;
}
