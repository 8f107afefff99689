/** Applies task transitions to the world, and what follows from them for the task's node. */
import type { Job } from '../domain/job.ts';
import { recordTask, vacate } from '../domain/node.ts';
import { type Placement, type Task, type TaskEffect, type TaskEvent, transition } from '../domain/task.ts';
import { executionInfo } from '../operations/task-resource.ts';
import type { Turn } from '../turn.ts';
import { taskDirectory, taskRun } from './run-specs.ts';

/** Applies the event and everything that follows from it. Returns the task as it is afterwards. */
export function applyToTask(turn: Turn, task: Task, event: TaskEvent): Task {
  const { task: changed, effects } = transition(task, event, turn.now);
  if (changed === task) return task;
  turn.world.tasks.put(changed);
  for (const effect of effects) carryOut(turn, changed, effect);
  return changed;
}

function carryOut(turn: Turn, task: Task, effect: TaskEffect): void {
  switch (effect.type) {
    case 'started':
      startRun(turn, task, effect.place);
      return;
    case 'killRun':
      turn.commands.push({ type: 'kill', nodeId: effect.place.nodeId, runId: effect.place.runId });
      return;
    case 'releaseSlots':
      releaseSlots(turn, task, effect.place);
      return;
    case 'completed':
      turn.facts.push({ type: 'taskCompleted', task: task.key, completion: effect.completion });
  }
}

function startRun(turn: Turn, task: Task, place: Placement): void {
  const node = turn.world.nodes.get(place.node);
  const job = turn.world.jobs.get(task.job);
  const pool = node === undefined ? undefined : turn.world.pools.get(node.pool);
  if (node === undefined || job === undefined || pool === undefined) return;
  turn.world.nodes.put(recordTask(node, recentTask(job, task), false));
  turn.commands.push({
    type: 'run',
    nodeId: place.nodeId,
    run: taskRun(turn, { pool, node, job, runId: place.runId }, task),
  });
}

function releaseSlots(turn: Turn, task: Task, place: Placement): void {
  const node = turn.world.nodes.get(place.node);
  const job = turn.world.jobs.get(task.job);
  if (node === undefined) return;
  const vacated = vacate(node, place.runId, turn.now);
  const isCompleted = task.status.state === 'completed' && task.status.startTime !== undefined;
  turn.world.nodes.put(job === undefined ? vacated : recordTask(vacated, recentTask(job, task), isCompleted));
  turn.facts.push({ type: 'nodeVacated', node: place.node }, { type: 'jobTouched', job: task.job });
}

function recentTask(job: Job, task: Task): Parameters<typeof recordTask>[1] {
  const { lastRetryTime: _, lastRequeueTime: __, containerInfo: ___, ...info } = executionInfo(task);
  return { jobId: job.id, taskId: task.id, taskState: task.status.state, executionInfo: info };
}

/** Its retention time is over: the directory goes, the task stays (batch-semantics 9.3, 10.1). */
export function cleanUpFiles(turn: Turn, task: Task): void {
  const { status } = task;
  const job = turn.world.jobs.get(task.job);
  if (status.state !== 'completed' || status.place === undefined || job === undefined) return;
  turn.commands.push({
    type: 'deleteDirectory',
    nodeId: status.place.nodeId,
    path: taskDirectory(job, task.id),
  });
  turn.world.tasks.put({ ...task, status: { ...status, filesGone: true } });
}

/** Takes a task out of the world: its run is killed, its files and its record go (batch-semantics 3.4). */
export function removeTask(turn: Turn, task: Task): void {
  const { status } = task;
  const job = turn.world.jobs.get(task.job);
  if (status.state === 'running') {
    // Its slots stay claimed, and its files stay, until the run has ended.
    turn.commands.push({ type: 'kill', nodeId: status.place.nodeId, runId: status.place.runId });
  } else if (status.state === 'preparing') {
    releaseSlots(turn, { ...task, status: { state: 'active' } }, status.place);
  } else if (status.state === 'completed' && status.place !== undefined && status.filesGone === undefined) {
    if (job !== undefined) {
      turn.commands.push({
        type: 'deleteDirectory',
        nodeId: status.place.nodeId,
        path: taskDirectory(job, task.id),
      });
    }
  }
  turn.world.tasks.delete(task.key);
}
