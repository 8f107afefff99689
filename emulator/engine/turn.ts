/**
 * One synchronous step of the engine: it reads and changes the world at one instant, and collects the
 * commands that go to nodes after its changes are committed.
 */
import type { Instant, RandomStream } from '../../core/kernel/index.ts';
import type { Job } from './domain/job.ts';
import type { JobKey, NodeKey, PoolKey, TaskKey } from './domain/keys.ts';
import type { TaskCompletion } from './domain/task.ts';
import type { World } from './domain/world.ts';
import type { Advice } from './resources/advice.ts';
import type { EngineSettings } from './settings.ts';
import type { LinkedStorage } from './spi/linked-storage.ts';
import type { NodePackage, NodeSpec, RunSpec } from './spi/node-runtime.ts';
import type { TaskTokens } from './spi/task-tokens.ts';

export type NodeCommand =
  | { readonly type: 'createNode'; readonly node: NodeSpec }
  | { readonly type: 'rebootNode' | 'reimageNode' | 'removeNode'; readonly nodeId: string }
  | {
      readonly type: 'installPackages';
      readonly nodeId: string;
      readonly installationId: string;
      readonly packages: readonly NodePackage[];
    }
  | { readonly type: 'run'; readonly nodeId: string; readonly run: RunSpec }
  | { readonly type: 'kill'; readonly nodeId: string; readonly runId: string }
  | { readonly type: 'deleteDirectory'; readonly nodeId: string; readonly path: string };

/**
 * Something that has happened in this turn and that others react to (`lifecycle/reactions.ts`). Facts
 * keep the parts of the engine from calling one another in circles.
 */
export type Fact =
  | { readonly type: 'taskAdded'; readonly task: TaskKey }
  | { readonly type: 'taskCompleted'; readonly task: TaskKey; readonly completion: TaskCompletion }
  /** A task or a hook task of the job has stopped, or the job itself has been changed. */
  | { readonly type: 'jobTouched'; readonly job: JobKey }
  /** The job is completed, or gone. */
  | { readonly type: 'jobEnded'; readonly job: Job }
  | { readonly type: 'nodeVacated'; readonly node: NodeKey }
  /** A node has left for good, or the pool's targets have changed. */
  | { readonly type: 'poolTouched'; readonly pool: PoolKey }
  | { readonly type: 'nodeLost'; readonly pool: PoolKey; readonly isDedicated: boolean };

export interface Turn {
  readonly world: World;
  readonly now: Instant;
  readonly settings: EngineSettings;
  readonly accountName: string;
  readonly taskTokens?: TaskTokens;
  /** Absent: no storage account is linked to the account. */
  readonly linkedStorage?: LinkedStorage;
  /** For node ids. */
  readonly random: RandomStream;
  readonly commands: NodeCommand[];
  readonly facts: Fact[];
  /** On tasks that were added, for those who run the emulator. */
  readonly advice: Advice[];
}

/** A name for a run, or for an installation of packages, that no other run of the account has or had. */
export function newRunId(turn: Turn): string {
  return `${turn.accountName}-${turn.world.nextSequence()}`;
}
