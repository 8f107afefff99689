/**
 * Brings a large program that every run needs, such as the Node.js binary, to where nodes can download
 * it. A program that is already there is not uploaded again.
 */
import type { CallOptions } from './batch-service.ts';
import type { LocalFile } from './local-files.ts';

export interface StagedProgram {
  /** Downloadable from a node without further credentials. */
  readonly httpUrl: string;
  /** False when an earlier run had already brought it. */
  readonly uploaded: boolean;
}

export interface ProgramStaging {
  /** `version` names the content: the same name and version mean the same bytes. */
  stage(program: LocalFile & { readonly version: string }, options?: CallOptions): Promise<StagedProgram>;
}
