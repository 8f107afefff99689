// What the engine says of tasks and slots, held against what really runs on the nodes.
import type { TaskResource } from '../../../emulator/engine/index.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { isInContact } from './simulated-world.ts';
import type { Snapshot } from './snapshot.ts';
import type { LiveRun } from './watched-runtime.ts';

const TASK_KINDS: ReadonlySet<string> = new Set(['task', 'coordination', 'subtask']);

export function* checkRuns(world: SimulatedWorld, snapshot: Snapshot): Generator<string> {
  const live = [...world.runtime.live.values()];
  yield* checkTasks(world, snapshot, live);
  yield* checkSlots(world, snapshot, live);
  yield* checkPreparations(world, snapshot);
  yield* checkStartTasks(live);
  yield* checkHooks(snapshot, live);
}

function* checkTasks(world: SimulatedWorld, { jobs }: Snapshot, live: readonly LiveRun[]): Generator<string> {
  const ofTasks = Map.groupBy(
    live.filter(({ run, isOrphan }) => TASK_KINDS.has(run.kind) && !isOrphan),
    ({ jobId, taskId }) => `${jobId}/${taskId}`,
  );
  const shown = new Map<string, TaskResource>();
  for (const { job, placed } of jobs) for (const task of placed) shown.set(`${job.id}/${task.id}`, task);
  for (const [name, runs] of ofTasks) {
    const task = shown.get(name);
    if (task?.state !== 'running')
      yield `${name} is ${task?.state ?? 'on no node'} and runs as ${runs[0]?.runId ?? ''}`;
    else if (task.multiInstanceSettings === undefined && runs.length > 1) {
      yield `${name} runs ${runs.length} times at once: ${runs.map(({ runId, nodeId }) => `${runId} on ${nodeId}`).join()}`;
    }
    const places = new Set(runs.map(({ nodeId }) => nodeId));
    if (places.size !== runs.length) yield `${name} runs twice on one node`;
  }
  for (const [name, task] of shown) {
    // The engine has not heard yet of a node that is just lost.
    if (task.state !== 'running' || !isThere(world, task)) continue;
    const runs = ofTasks.get(name) ?? [];
    if (runs.length === 0) yield `${name} is running and nothing runs`;
    const isAtHome = task.multiInstanceSettings !== undefined || runs[0]?.nodeId === task.nodeInfo?.nodeId;
    if (runs.length > 0 && !isAtHome) yield `${name} runs on another node than it shows`;
  }
}

function isThere(world: SimulatedWorld, { nodeInfo, multiInstanceSettings }: TaskResource): boolean {
  if (multiInstanceSettings !== undefined) return false;
  return isInContact(world, nodeInfo?.nodeId);
}

/** Slots that tasks of the list and runs of deleted tasks take must be those that the node counts. */
function* checkSlots(world: SimulatedWorld, { pools, jobs }: Snapshot, live: readonly LiveRun[]): Generator<string> {
  const here = new Map<string, TaskResource[]>();
  /** Where a multi-instance task's other instances are is shown only once it runs. */
  const unsure = new Set<string>();
  for (const { placed, subtasks } of jobs) {
    for (const task of placed) {
      const instances = subtasks.get(task.id) ?? [];
      const isWaiting = task.state === 'preparing' && task.multiInstanceSettings !== undefined;
      if (isWaiting && task.nodeInfo?.poolId !== undefined) unsure.add(task.nodeInfo.poolId);
      for (const { nodeInfo } of [task, ...instances]) {
        const nodeId = nodeInfo?.nodeId ?? '';
        here.set(nodeId, [...(here.get(nodeId) ?? []), task]);
      }
    }
  }
  for (const { pool, nodes } of pools) {
    for (const node of nodes) {
      if (!isInContact(world, node.id) || unsure.has(pool.id)) continue;
      // A node that was emptied has lost its instance, and the others may take a while to stop.
      const bootedAt = node.lastBootTime ?? Infinity;
      const tasks = (here.get(node.id) ?? []).filter(
        ({ multiInstanceSettings, executionInfo: { startTime = Infinity } }) =>
          multiInstanceSettings === undefined || bootedAt <= startTime,
      );
      const orphans = live.filter((run) => run.nodeId === node.id && run.isOrphan);
      if (node.runningTasksCount !== tasks.length + orphans.length) {
        yield `${node.id} counts ${node.runningTasksCount} tasks and has ${tasks.map(({ id }) => id).join()} and ${orphans.length} deleted ones`;
      }
      const slots = tasks.reduce((sum, { requiredSlots }) => sum + requiredSlots, 0);
      if (orphans.length === 0 && node.runningTaskSlotsCount !== slots) {
        yield `${node.id} counts ${node.runningTaskSlotsCount} slots and its tasks take ${slots}`;
      }
    }
  }
}

/** Tasks start on a node after the preparation of their job has succeeded there, unless they need not wait for it. */
function* checkPreparations(world: SimulatedWorld, { jobs }: Snapshot): Generator<string> {
  for (const { job, placed, hooks } of jobs) {
    const nodes = hooks.map(({ nodeId }) => nodeId);
    if (new Set(nodes).size !== nodes.length) yield `${job.id} shows a node's preparation twice`;
    for (const { nodeId, jobPreparationTaskExecutionInfo: info } of hooks) {
      if ((info?.state === 'completed') !== (info?.result !== undefined && info.endTime !== undefined)) {
        yield `the preparation of ${job.id} on ${nodeId} is ${info?.state ?? 'absent'} with ${info?.result ?? 'no result'}`;
      }
    }
    if (job.jobPreparationTask === undefined || job.jobPreparationTask.waitForSuccess === false) continue;
    for (const { id, state, nodeInfo } of placed) {
      if (state !== 'running' || !isInContact(world, nodeInfo?.nodeId)) continue;
      const hook = hooks.find(({ nodeId }) => nodeId === nodeInfo?.nodeId);
      if (hook?.jobPreparationTaskExecutionInfo?.result !== 'success')
        yield `${job.id}/${id} runs on an unprepared node`;
    }
  }
}

function* checkStartTasks(live: readonly LiveRun[]): Generator<string> {
  const ofNodes = Map.groupBy(
    live.filter(({ run }) => run.kind === 'startTask'),
    ({ nodeId }) => nodeId,
  );
  for (const [nodeId, runs] of ofNodes) if (runs.length > 1) yield `${nodeId} runs its start task ${runs.length} times`;
}

/** A job is completed when its preparation and release tasks have ended too (batch-semantics 5.2). */
function* checkHooks({ jobs }: Snapshot, live: readonly LiveRun[]): Generator<string> {
  for (const { run, jobId, nodeId } of live) {
    if (run.kind !== 'preparation' && run.kind !== 'release') continue;
    const state = jobs.find(({ job }) => job.id === jobId)?.job.state ?? 'gone';
    if (state === 'completed' || state === 'gone')
      yield `the ${run.kind} of ${jobId}, which is ${state}, runs on ${nodeId}`;
  }
}
