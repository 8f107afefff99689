/** An account as the server holds it: its key, its engine, its nodes' files, and what the engine does not keep. */
import type { Instant } from '../../../core/kernel/index.ts';
import type { BatchEngine, NodeFileSystem } from '../../engine/index.ts';
import type { CertificateShelf } from './certificates.ts';
import type { NodeUsers } from './node-users.ts';

/** What the composition gives for each account. */
export interface AccountService {
  /** Base64, as the portal shows it. Never logged. */
  readonly key: string;
  readonly key2?: string;
  readonly engine: BatchEngine;
  readonly files: NodeFileSystem;
}

export interface ServedAccount extends AccountService {
  readonly name: string;
  readonly servedSince: Instant;
  readonly certificates: CertificateShelf;
  readonly nodeUsers: NodeUsers;
}
