/**
 * The ends of the logs of runs whose node went away under them, or was emptied: on Azure they are lost, and they are what
 * one wants to see then. Bounded, in memory, gone with the server.
 */
import type { NodeFileSystem } from '../../emulator/engine/index.ts';

const MOST_RUNS = 256;
/** Bytes of each file, from its end. */
const MOST_BYTES = 64 * 1024;

const FILES = ['stdout.txt', 'stderr.txt'] as const;

type Logs = ReadonlyMap<string, Uint8Array>;

export class KeptLogs {
  readonly #files: NodeFileSystem;
  /** By run, the oldest first. */
  readonly #runs = new Map<string, Logs>();

  constructor(files: NodeFileSystem) {
    this.#files = files;
  }

  /** Never rejects: what cannot be read is not kept. */
  async keep(
    nodeId: string,
    { runId, directory }: { readonly runId: string; readonly directory: string },
  ): Promise<void> {
    const logs = new Map<string, Uint8Array>();
    for (const name of FILES) {
      const end = await this.#endOf(nodeId, `${directory}/${name}`).catch(() => undefined);
      if (end !== undefined) logs.set(name, end);
    }
    if (logs.size === 0) return;
    this.#runs.set(runId, logs);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > MOST_RUNS && oldest !== undefined) this.#runs.delete(oldest);
  }

  read(runId: string, file: string): Uint8Array | undefined {
    return this.#runs.get(runId)?.get(file);
  }

  async #endOf(nodeId: string, path: string): Promise<Uint8Array | undefined> {
    const entry = await this.#files.stat(nodeId, path);
    if (entry === undefined) return undefined;
    const range = { start: Math.max(0, entry.size - MOST_BYTES), end: entry.size - 1 };
    return Buffer.concat(await Array.fromAsync(this.#files.read(nodeId, path, range)));
  }
}
