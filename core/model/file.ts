/** Files on a node, and blobs in a container, as a client lists them. */
import type { Instant } from '../kernel/index.ts';

export interface NodeFile {
  /** Relative to the task's directory or to the node's root, with `/`. */
  readonly name: string;
  readonly isDirectory: boolean;
  /** Bytes; 0 for a directory. */
  readonly size: number;
  readonly modifiedAt?: Instant;
}

export interface Blob {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}
