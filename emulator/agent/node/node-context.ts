/** What all runs of a node share. */
import type { Gate } from '../transfer/gate.ts';
import type { RootOwner } from './layout.ts';
import type { StrayReaper } from './strays.ts';
import type { Trash } from './trash.ts';
import type { Users } from './users.ts';

export interface NodeContext {
  readonly root: string;
  readonly rootOwner: RootOwner;
  readonly users: Users;
  /** Whether runs are other users than the agent, who is root then. */
  readonly switchesUsers: boolean;
  readonly reaper: StrayReaper;
  readonly trash: Trash;
  /** Bounds the transfers of all runs together. */
  readonly transfers: Gate;
  /** Pauses before transient troubles are tried again. */
  readonly retryDelaysMs: readonly number[];
  /** The agent's own, of which tasks see the search path, the language and the time zone. */
  readonly environment: NodeJS.ProcessEnv;
}
