/** How jobs go from state to state, by themselves and on request (batch-semantics 3.6, 3.7, 5.2). */
import { type Job, enterJobState } from '../domain/job.ts';
import type { JobKey } from '../domain/keys.ts';
import type { JobSchedulingError } from '../resources/job.ts';
import type { Turn } from '../turn.ts';
import { releasesUnderWay, stopPreparations } from './hook-lifecycle.ts';
import { startReleases } from './job-release.ts';
import { applyToTask, removeTask } from './task-lifecycle.ts';

/** Takes every step that the job's state allows now. Called whenever something in the job has changed. */
export function advanceJob(turn: Turn, key: JobKey): void {
  const job = turn.world.jobs.get(key);
  if (job === undefined) return;
  const ledger = turn.world.ledger(key);
  if (job.state === 'active') {
    // An empty job counts as all complete (batch-semantics 3.6).
    if (job.spec.onAllTasksComplete === 'terminatejob' && ledger.isAllComplete) {
      terminateJob(turn, key, 'AllTasksComplete');
    }
    return;
  }
  if (job.settlesAt !== undefined) return;
  if (job.state === 'enabling') {
    turn.world.jobs.put(enterJobState(job, 'active', turn.now));
    turn.facts.push({ type: 'jobTouched', job: key });
    return;
  }
  if (ledger.placedCount > 0) return;
  if (job.state === 'disabling') {
    turn.world.jobs.put(enterJobState(job, 'disabled', turn.now));
  } else if (job.state === 'terminating' || job.state === 'deleting') {
    finish(turn, job);
  }
}

/** The time that a passing state takes is over. */
export function settleJob(turn: Turn, key: JobKey): void {
  const job = turn.world.jobs.get(key);
  if (job === undefined) return;
  const { settlesAt: _, ...rest } = job;
  turn.world.jobs.put(rest);
  advanceJob(turn, key);
}

type PassingState = 'disabling' | 'enabling' | 'terminating' | 'deleting';

/** Enters a state that passes; for how long at least is a setting. */
function passInto(turn: Turn, job: Job, state: PassingState): Job {
  const { jobDisablingMs, jobEnablingMs, jobTerminatingMs, jobDeletingMs } = turn.settings;
  const times = {
    disabling: jobDisablingMs,
    enabling: jobEnablingMs,
    terminating: jobTerminatingMs,
    deleting: jobDeletingMs,
  };
  const { settlesAt: _, ...rest } = job;
  const passing = enterJobState(rest, state, turn.now);
  return times[state] === 0 ? passing : { ...passing, settlesAt: turn.now + times[state] };
}

/** All tasks have stopped: release tasks run first, then the job is completed or gone. */
function finish(turn: Turn, job: Job): void {
  if (job.releasePending) {
    turn.world.jobs.put({ ...job, releasePending: false });
    startReleases(turn, job);
  }
  if (releasesUnderWay(turn, job.key)) return;
  const current = turn.world.jobs.get(job.key);
  if (current?.state === 'terminating') {
    turn.world.jobs.put({ ...enterJobState(current, 'completed', turn.now), endTime: turn.now });
    turn.facts.push({ type: 'jobEnded', job: current });
  } else if (current?.state === 'deleting') {
    removeJob(turn, current);
  }
}

function removeJob(turn: Turn, job: Job): void {
  for (const task of turn.world.tasks.snapshot(job.key)) removeTask(turn, task);
  const nodes = new Set<string>();
  for (const hook of turn.world.hooks.snapshot(job.key)) {
    nodes.add(hook.nodeId);
    turn.world.hooks.delete(hook.key);
  }
  for (const nodeId of nodes) turn.commands.push({ type: 'deleteDirectory', nodeId, path: job.directory });
  for (const node of turn.world.nodes.snapshot(job.pool)) {
    if (node.barredJobs.includes(job.key)) {
      turn.world.nodes.put({ ...node, barredJobs: node.barredJobs.filter((other) => other !== job.key) });
    }
  }
  turn.world.jobs.delete(job.key);
  turn.facts.push({ type: 'jobEnded', job });
}

/** Ends the job: running tasks are ended, tasks that wait stay active for ever, then release tasks run. */
export function terminateJob(turn: Turn, key: JobKey, reason: string): void {
  const job = turn.world.jobs.get(key);
  if (job === undefined || job.state === 'terminating' || job.state === 'completed' || job.state === 'deleting') {
    return;
  }
  turn.world.jobs.put({
    ...passInto(turn, job, 'terminating'),
    terminateReason: reason,
    releasePending: true,
  });
  stopPreparations(turn, key);
  interruptPlaced(turn, key, 'terminate');
  turn.facts.push({ type: 'jobTouched', job: key });
}

/** A job that cannot be started is completed at once and says why (batch-semantics 3.7). */
export function failJob(turn: Turn, job: Job, schedulingError: JobSchedulingError): Job {
  const failed: Job = { ...enterJobState(job, 'completed', turn.now), endTime: turn.now, schedulingError };
  turn.world.jobs.put(failed);
  turn.facts.push({ type: 'jobEnded', job: failed });
  return failed;
}

export function disableJob(turn: Turn, key: JobKey, option: 'requeue' | 'terminate' | 'wait'): void {
  const job = turn.world.jobs.get(key);
  if (job === undefined) return;
  turn.world.jobs.put(passInto(turn, job, 'disabling'));
  if (option !== 'wait') interruptPlaced(turn, key, option);
  turn.facts.push({ type: 'jobTouched', job: key });
}

export function enableJob(turn: Turn, key: JobKey): void {
  const job = turn.world.jobs.get(key);
  if (job === undefined) return;
  turn.world.jobs.put(passInto(turn, job, 'enabling'));
  turn.facts.push({ type: 'jobTouched', job: key });
}

/** Release tasks run when the job was still active; not again for a completed one (batch-semantics 5.2). */
export function deleteJob(turn: Turn, key: JobKey): void {
  const job = turn.world.jobs.get(key);
  // A schedule that is deleted deletes its jobs, of which some may be on their way already.
  if (job === undefined || job.state === 'deleting') return;
  turn.world.jobs.put({
    ...passInto(turn, job, 'deleting'),
    releasePending: job.releasePending || (job.state !== 'completed' && job.state !== 'terminating'),
  });
  stopPreparations(turn, key);
  interruptPlaced(turn, key, 'terminate');
  turn.facts.push({ type: 'jobTouched', job: key });
}

function interruptPlaced(turn: Turn, key: JobKey, why: 'requeue' | 'terminate'): void {
  for (const task of turn.world.ledger(key).placed()) {
    const current = turn.world.tasks.get(task.key);
    if (current !== undefined) applyToTask(turn, current, { type: 'interrupted', why });
  }
}
