/** Who reacts to what has happened in a turn, and to deadlines that have passed. */
import { adviseTask } from '../advice/advise-task.ts';
import type { HookKey, JobKey, NodeKey, PoolKey, ScheduleKey, TaskKey } from '../domain/keys.ts';
import type { Fact, Turn } from '../turn.ts';
import { dropPoolOfJob } from './auto-pool.ts';
import { cleanUpHookFiles, stopHookRun } from './hook-lifecycle.ts';
import { advanceJob, settleJob, terminateJob } from './job-lifecycle.ts';
import { endLeaving, settleDeparture } from './node-departure.ts';
import { boot, enterStarting } from './node-lifecycle.ts';
import {
  beginAllocation,
  endDeletion,
  endStopping,
  reconcilePool,
  replaceNode,
  timeOutResize,
} from './pool-allocation.ts';
import { giveUpNode } from './lost-contact.ts';
import { returnNode } from './preemption.ts';
import { advanceSchedule, passOccurrence, reachDue } from './schedule-lifecycle.ts';
import { afterCompletion } from './task-completion.ts';
import { applyToTask, cleanUpFiles } from './task-lifecycle.ts';

/** Works through the turn's facts until nobody has anything left to react to. */
export function react(turn: Turn): void {
  for (let fact = turn.facts.shift(); fact !== undefined; fact = turn.facts.shift()) reactTo(turn, fact);
}

function reactTo(turn: Turn, fact: Fact): void {
  switch (fact.type) {
    case 'taskAdded':
      adviseOn(turn, fact.task);
      return;
    case 'taskCompleted':
      afterCompletion(turn, fact.task, fact.completion);
      return;
    case 'jobTouched':
      advanceJob(turn, fact.job);
      return;
    case 'jobEnded':
      dropPoolOfJob(turn, fact.job);
      if (fact.job.schedule !== undefined) advanceSchedule(turn, fact.job.schedule);
      return;
    case 'nodeVacated':
      settleDeparture(turn, fact.node);
      return;
    case 'poolTouched':
      reconcilePool(turn, fact.pool);
      return;
    case 'nodeLost':
      replaceNode(turn, fact.pool, fact.isDedicated);
  }
}

/** After the whole of a collection is there: its tasks may depend on one another in any order. */
function adviseOn(turn: Turn, key: TaskKey): void {
  const task = turn.world.tasks.get(key);
  const job = task === undefined ? undefined : turn.world.jobs.get(task.job);
  if (task !== undefined && job !== undefined) turn.advice.push(...adviseTask(turn.world, job, task, turn.now));
}

type DeadlineReaction = (turn: Turn, key: string) => void;

const REACTIONS: Readonly<Record<string, DeadlineReaction>> = {
  'pool/allocate': (turn, key) => beginAllocation(turn, key as PoolKey),
  'pool/resizeTimeout': (turn, key) => timeOutResize(turn, key as PoolKey),
  'pool/stopped': (turn, key) => endStopping(turn, key as PoolKey),
  'pool/deleted': (turn, key) => endDeletion(turn, key as PoolKey),
  'node/starts': (turn, key) => enterStarting(turn, key as NodeKey),
  'node/ready': (turn, key) => boot(turn, key as NodeKey),
  'node/leaves': (turn, key) => endLeaving(turn, key as NodeKey),
  'node/returns': (turn, key) => returnNode(turn, key as NodeKey),
  'node/givenUp': (turn, key) => giveUpNode(turn, key as NodeKey),
  'job/settles': (turn, key) => settleJob(turn, key as JobKey),
  'job/wallClock': (turn, key) => terminateJob(turn, key as JobKey, 'MaxWallClockTimeExpiry'),
  'schedule/due': (turn, key) => reachDue(turn, key as ScheduleKey),
  'schedule/window': (turn, key) => passOccurrence(turn, key as ScheduleKey),
  'schedule/expiry': (turn, key) => advanceSchedule(turn, key as ScheduleKey),
  'task/wallClock': (turn, key) => interruptTask(turn, key as TaskKey),
  'task/lifetime': (turn, key) => interruptTask(turn, key as TaskKey),
  'task/retention': (turn, key) => endRetention(turn, key as TaskKey),
  'hook/preparationWallClock': (turn, key) => stopHookRun(turn, key as HookKey, 'preparation'),
  'hook/releaseWallClock': (turn, key) => stopHookRun(turn, key as HookKey, 'release'),
  'hook/preparationRetention': (turn, key) => cleanUpHookFiles(turn, key as HookKey, 'preparation'),
  'hook/releaseRetention': (turn, key) => cleanUpHookFiles(turn, key as HookKey, 'release'),
};

/** `owner` is `{kind}/{key}`, as the world names the owners of deadlines. */
export function reactToDeadline(turn: Turn, owner: string, name: string): void {
  const slash = owner.indexOf('/');
  const reaction = REACTIONS[`${owner.slice(0, slash)}/${name}`];
  if (reaction === undefined) throw new Error(`no reaction to the deadline ${name} of ${owner}`);
  reaction(turn, owner.slice(slash + 1));
}

function interruptTask(turn: Turn, key: TaskKey): void {
  const task = turn.world.tasks.get(key);
  if (task !== undefined) applyToTask(turn, task, { type: 'interrupted', why: 'wallClock' });
}

function endRetention(turn: Turn, key: TaskKey): void {
  const task = turn.world.tasks.get(key);
  if (task === undefined) return;
  cleanUpFiles(turn, task);
  // A node may have waited for just that (option retaineddata).
  if (task.status.state === 'completed' && task.status.place !== undefined) {
    turn.facts.push({ type: 'nodeVacated', node: task.status.place.node });
  }
}
