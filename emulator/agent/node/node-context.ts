/** What all runs of a node share. */
import type { Gate } from '../../../core/kernel/index.ts';
import type { PackageInstaller } from '../packages/package-installer.ts';
import type { StrayReaper } from './strays.ts';
import type { Trash } from './trash.ts';
import type { Users } from './users.ts';

export interface NodeContext {
  readonly root: string;
  readonly users: Users;
  /**
   * Group that everything on the node is given to, when runs are users that the server could not follow: it
   * must be able to list, read and delete what they make. Absent when it can anyway.
   */
  readonly serverGroup?: number;
  readonly reaper: StrayReaper;
  readonly trash: Trash;
  readonly packages: PackageInstaller;
  /** Whether the server starts containers for runs that ask for one. */
  readonly containers: boolean;
  /** Bounds the transfers of all runs together. */
  readonly transfers: Gate;
  /** Pauses before transient troubles are tried again. */
  readonly retryDelaysMs: readonly number[];
  /** The agent's own, of which tasks see the search path, the language and the time zone. */
  readonly environment: NodeJS.ProcessEnv;
}
