/** Applies task transitions to the world, and what follows from them for the task's node. */
import { executionInfo } from '../domain/execution-info.ts';
import type { Job } from '../domain/job.ts';
import { hookKey } from '../domain/keys.ts';
import { type Instance, coordinationRunId, liveRuns } from '../domain/multi-instance.ts';
import { type Node, recordTask, vacate } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import { type Placement, type Task, type TaskCompletion, placesOf } from '../domain/task.ts';
import { type TaskEffect, type TaskEvent, transition } from '../domain/task-transition.ts';
import type { Turn } from '../turn.ts';
import { applicationRun, coordinationRun } from './multi-instance-runs.ts';
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
    case 'coordinationStarted':
      startCoordination(turn, task, effect.instances);
      return;
    case 'applicationStarted':
      startApplication(turn, task, effect.instances);
      return;
    case 'killRun':
      turn.commands.push({ type: 'kill', nodeId: effect.nodeId, runId: effect.runId });
      return;
    case 'releaseSlots':
      releaseSlots(turn, task, effect.place);
      return;
    case 'completed':
      turn.facts.push({ type: 'taskCompleted', task: task.key, completion: effect.completion });
  }
}

function startRun(turn: Turn, task: Task, place: Placement): void {
  const ground = groundOf(turn, task, place);
  if (ground === undefined) return;
  turn.world.nodes.put(recordTask(ground.node, recentTask(ground.job, task), false));
  markUsed(turn, ground.job, ground.node);
  turn.commands.push({
    type: 'run',
    nodeId: place.nodeId,
    run: taskRun(turn, { ...ground, runId: place.runId }, task),
  });
}

/** The job has something to release there at its end (batch-semantics 5.2). */
function markUsed(turn: Turn, job: Job, node: Node): void {
  if (job.spec.jobReleaseTask === undefined) return;
  const hook = turn.world.hooks.get(hookKey(job.key, node.key));
  if (hook !== undefined && hook.tasksRan === undefined) turn.world.hooks.put({ ...hook, tasksRan: true });
}

/** Every instance coordinates first, the primary too (batch-semantics 7). */
function startCoordination(turn: Turn, task: Task, instances: readonly Instance[]): void {
  const peers = peersOf(turn, instances);
  for (const [index, { place }] of instances.entries()) {
    const ground = groundOf(turn, task, place);
    if (ground === undefined) continue;
    turn.world.nodes.put(recordTask(ground.node, recentTask(ground.job, task), false));
    markUsed(turn, ground.job, ground.node);
    const runId = index === 0 ? coordinationRunId(place) : place.runId;
    turn.commands.push({
      type: 'run',
      nodeId: place.nodeId,
      run: coordinationRun(turn, { ...ground, runId }, task, { peers, index }),
    });
  }
}

function startApplication(turn: Turn, task: Task, instances: readonly Instance[]): void {
  const place = instances[0]?.place;
  const ground = place === undefined ? undefined : groundOf(turn, task, place);
  if (place === undefined || ground === undefined) return;
  turn.commands.push({
    type: 'run',
    nodeId: place.nodeId,
    run: applicationRun(turn, { ...ground, runId: place.runId }, task, { peers: peersOf(turn, instances), index: 0 }),
  });
}

function peersOf(turn: Turn, instances: readonly Instance[]): readonly Node[] {
  return instances.flatMap(({ place }) => turn.world.nodes.get(place.node) ?? []);
}

function groundOf(
  turn: Turn,
  task: Task,
  place: Placement,
): { readonly pool: Pool; readonly node: Node; readonly job: Job } | undefined {
  const node = turn.world.nodes.get(place.node);
  const job = turn.world.jobs.get(task.job);
  const pool = node === undefined ? undefined : turn.world.pools.get(node.pool);
  return node === undefined || job === undefined || pool === undefined ? undefined : { pool, node, job };
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
  deleteDirectories(turn, status, taskDirectory(job, task.id));
  turn.world.tasks.put({ ...task, status: { ...status, filesGone: true } });
}

/** A multi-instance task has one on each of its nodes (batch-semantics 7). */
function deleteDirectories(turn: Turn, { place, instances }: TaskCompletion, path: string): void {
  const places = instances?.map((instance) => instance.place) ?? (place === undefined ? [] : [place]);
  for (const { nodeId } of places) turn.commands.push({ type: 'deleteDirectory', nodeId, path });
}

/** Takes a task out of the world: its run is killed, its files and its record go (batch-semantics 3.4). */
export function removeTask(turn: Turn, task: Task): void {
  const { status } = task;
  const job = turn.world.jobs.get(task.job);
  if (status.state === 'running') {
    // Its slots stay claimed, and its files stay, until the run has ended.
    killRuns(turn, status, job === undefined ? undefined : taskDirectory(job, task.id));
  } else if (status.state === 'preparing') {
    for (const place of placesOf(task)) releaseSlots(turn, { ...task, status: { state: 'active' } }, place);
  } else if (status.state === 'completed' && status.place !== undefined && status.filesGone === undefined) {
    if (job !== undefined) deleteDirectories(turn, status, taskDirectory(job, task.id));
  }
  turn.world.tasks.delete(task.key);
}

/** A multi-instance task's places that no longer run anything are given back at once; services left there end. */
function killRuns(
  turn: Turn,
  status: Extract<Task['status'], { readonly state: 'running' }>,
  directory: string | undefined,
): void {
  if (status.multi === undefined) {
    turn.commands.push({ type: 'kill', nodeId: status.place.nodeId, runId: status.place.runId });
    return;
  }
  const live = liveRuns(status.multi);
  for (const { place, runId } of live) turn.commands.push({ type: 'kill', nodeId: place.nodeId, runId });
  for (const [index, { place }] of status.multi.instances.entries()) {
    if (live.some((run) => run.place.node === place.node)) continue;
    const node = turn.world.nodes.get(place.node);
    if (node !== undefined) turn.world.nodes.put(vacate(node, place.runId, turn.now));
    const runId = index === 0 ? coordinationRunId(place) : place.runId;
    turn.commands.push({ type: 'kill', nodeId: place.nodeId, runId });
    if (directory !== undefined) turn.commands.push({ type: 'deleteDirectory', nodeId: place.nodeId, path: directory });
    turn.facts.push({ type: 'nodeVacated', node: place.node });
  }
}
