/** A node as the engine keeps it, and the transitions of its state (batch-semantics 11.5, 11.6). */
import type { Instant } from '../../../core/kernel/index.ts';
import type { DeallocationOption } from '../resources/common.ts';
import type { NodeError, NodeState, RecentTask, StartTaskInfo } from '../resources/node.ts';
import type { StartTask } from '../resources/pool.ts';
import type { NodePackage } from '../spi/node-runtime.ts';
import type { Deadline } from './deadlines.ts';
import type { JobKey, NodeKey, PoolKey, TaskKey } from './keys.ts';

/** A task's claim on a node, from its assignment until its process has ended. */
export interface Occupancy {
  /** The run that holds the slots. The task may be deleted, or run elsewhere, before this run has ended. */
  readonly runId: string;
  readonly task: TaskKey;
  readonly job: JobKey;
  readonly slots: number;
  /** Where its files are, below the node's root. */
  readonly directory: string;
  /** A job manager that runs alone (batch-semantics 5.3). */
  readonly exclusive: boolean;
}

/** Why a node takes no new tasks, and what happens to it when the running ones are gone. */
export interface Departure {
  readonly action: 'remove' | 'reboot' | 'reimage' | 'offline';
  readonly option: DeallocationOption;
}

export interface Node {
  readonly key: NodeKey;
  readonly id: string;
  readonly pool: PoolKey;
  /** Its number in the pool, by which nodes of equal merit are chosen. */
  readonly ordinal: number;
  readonly isDedicated: boolean;
  readonly state: NodeState;
  readonly stateTransitionTime: Instant;
  readonly schedulingState: 'enabled' | 'disabled';
  readonly allocationTime: Instant;
  readonly lastBootTime?: Instant;
  readonly ipAddress: string;
  readonly agentVersion?: string;
  /** Not in state starting before, however fast its agent is: the provisioning time that is emulated. */
  readonly startsAt: Instant;
  /** Its agent has answered since the node was made, rebooted, reimaged or preempted. */
  readonly isAgentUp?: true;
  /** Not ready before. */
  readonly readyAt: Instant;
  /** Of a preempted node: when there is capacity for it again (batch-semantics 11.7). */
  readonly returnsAt?: Instant;
  /** Of a leaving node: until then it is still there. */
  readonly leavesAt?: Instant;
  /** The pool's start task as it was when the node booted (batch-semantics 6). */
  readonly startTask?: StartTask;
  readonly startTaskInfo?: StartTaskInfo;
  /** The start task's running attempt. */
  readonly startTaskRun?: string;
  /** The pool's application packages as they were when the node booted (batch-semantics 9.2). */
  readonly packages?: readonly NodePackage[];
  /** Their installation, while it is under way. */
  readonly installation?: string;
  readonly occupancy: readonly Occupancy[];
  readonly departure?: Departure;
  /** Contact is lost: until then the service waits for it, and believes that its tasks run. */
  readonly givenUpAt?: Instant;
  /** Of a node to which contact is lost: it comes back under its id, instead of another one. */
  readonly comesBack?: true;
  /** Jobs whose preparation failed here for good. */
  readonly barredJobs: readonly JobKey[];
  readonly errors: readonly NodeError[];
  readonly totalTasksRun: number;
  readonly totalTasksSucceeded: number;
  readonly recentTasks: readonly RecentTask[];
}

export const NODE_DEADLINES = ['starts', 'ready', 'leaves', 'returns', 'givenUp'] as const;

export function nodeDeadlines(node: Node): readonly Deadline<(typeof NODE_DEADLINES)[number]>[] {
  switch (node.state) {
    case 'creating':
    case 'rebooting':
    case 'reimaging':
      return node.isAgentUp === true ? [{ name: 'starts', at: node.startsAt }] : [];
    case 'starting':
      return node.startTaskRun === undefined && node.startTaskInfo === undefined && node.installation === undefined
        ? [{ name: 'ready', at: node.readyAt }]
        : [];
    case 'leavingpool':
      return node.leavesAt === undefined ? [] : [{ name: 'leaves', at: node.leavesAt }];
    case 'preempted':
      return node.returnsAt === undefined ? [] : [{ name: 'returns', at: node.returnsAt }];
    case 'unusable':
      return node.givenUpAt === undefined ? [] : [{ name: 'givenUp', at: node.givenUpAt }];
    default:
      return [];
  }
}

export function enterNodeState(node: Node, state: NodeState, now: Instant): Node {
  return node.state === state ? node : { ...node, state, stateTransitionTime: now };
}

export function usedSlots(node: Node): number {
  let used = 0;
  for (const occupancy of node.occupancy) used += occupancy.slots;
  return used;
}

/** Whether the scheduler may put tasks here (batch-semantics 2.3). */
export function takesTasks(node: Node): boolean {
  return (
    (node.state === 'idle' || node.state === 'running') &&
    node.schedulingState === 'enabled' &&
    node.departure === undefined
  );
}

/** Claims slots for a task: an idle node is running from then on. */
export function occupy(node: Node, occupancy: Occupancy, now: Instant): Node {
  const occupied = { ...node, occupancy: [...node.occupancy, occupancy] };
  return node.state === 'idle' ? enterNodeState(occupied, 'running', now) : occupied;
}

/** Gives a run's slots back: a running node without tasks is idle. */
export function vacate(node: Node, runId: string, now: Instant): Node {
  const occupancy = node.occupancy.filter((claim) => claim.runId !== runId);
  if (occupancy.length === node.occupancy.length) return node;
  const vacated = { ...node, occupancy };
  return node.state === 'running' && occupancy.length === 0 ? enterNodeState(vacated, 'idle', now) : vacated;
}

const RECENT_TASKS = 10;

export function recordTask(node: Node, recent: RecentTask, completed: boolean): Node {
  const others = node.recentTasks.filter((other) => other.jobId !== recent.jobId || other.taskId !== recent.taskId);
  return {
    ...node,
    recentTasks: [recent, ...others].slice(0, RECENT_TASKS),
    totalTasksRun: node.totalTasksRun + (completed ? 1 : 0),
    totalTasksSucceeded: node.totalTasksSucceeded + (completed && recent.executionInfo.result === 'success' ? 1 : 0),
  };
}
