/** The files of the machine that runs the workflow. */

/** A file on this machine. `path` is for adapters and messages; workflows use `name`. */
export interface LocalFile {
  readonly name: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

export interface LocalFiles {
  /**
   * The files that the paths name, folders one level deep and sorted by name. Rejects with
   * `notFound` for a path that does not exist.
   */
  expand(paths: readonly string[]): Promise<readonly LocalFile[]>;
  /** Writes a file below `directory`, whole or not at all; `name` may hold `/`. Resolves with its path. */
  write(directory: string, name: string, content: AsyncIterable<Uint8Array>): Promise<string>;
}
