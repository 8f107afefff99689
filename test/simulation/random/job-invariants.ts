// Jobs and tasks: nothing is lost or made up, counts fit the lists, and every state has its members and no others.
import { UNLIMITED } from '../../../core/kernel/index.ts';
import type { JobResource, TaskCountValues, TaskResource } from '../../../emulator/engine/index.ts';
import { isSatisfying } from './outcome-invariants.ts';
import type { KnownJob, KnownTask, SimulatedWorld } from './simulated-world.ts';
import { managerOf } from './simulated-world.ts';
import type { JobSnapshot, Snapshot } from './snapshot.ts';

/** Changes at one instant have instants of their own, each a microsecond later. */
const MOMENT_MS = 1;

/** The longest release task, plus kills. */
const PATIENCE_MS = 20 * 60_000;

export function* checkJobs(world: SimulatedWorld, snapshot: Snapshot): Generator<string> {
  yield* checkKnownJobs(world, snapshot);
  for (const each of snapshot.jobs) {
    const known = world.jobs.get(each.job.id.toLowerCase());
    if (known === undefined) continue;
    yield* checkTime(world, each);
    if (known.tasks.size !== each.tasks.length || snapshot.fresh.has(each)) yield* checkKnownTasks(known, each);
    if (!snapshot.fresh.has(each)) continue;
    yield* checkJob(each);
    yield* checkParallelism(known, each);
    yield* checkCounts(each);
    for (const task of each.tasks) yield* checkTask(world, each, task);
    yield* checkDependencies(known, each);
  }
}

function* checkKnownJobs(world: SimulatedWorld, { jobs, fresh }: Snapshot): Generator<string> {
  const shown = jobs.map(({ job }) => job.id.toLowerCase());
  if (fresh.has(jobs)) {
    if (shown.join() !== [...new Set(shown)].toSorted().join())
      yield `jobs are not listed once and in order: ${shown.join()}`;
    for (const { job } of jobs) if (!world.jobs.has(job.id.toLowerCase())) adoptJob(world, job);
    for (const id of shown) if (!world.jobs.has(id)) yield `nobody asked for ${id}`;
  }
  const isShown = new Set(shown);
  for (const [id, known] of world.jobs) {
    if (isShown.has(id)) {
      const isLate = known.deletedAt !== undefined && world.clock.now() > known.deletedAt + PATIENCE_MS;
      if (isLate) yield `${id} is still there, long after it was deleted`;
    } else if (known.deletedAt === undefined) {
      yield `${id} is lost`;
    } else {
      world.jobs.delete(id);
    }
  }
}

/** A schedule makes jobs by itself, each with a number that no other one had. */
function adoptJob(world: SimulatedWorld, { id }: JobResource): void {
  const at = id.lastIndexOf(':job-');
  const schedule = at < 0 ? undefined : world.schedules.get(id.slice(0, at).toLowerCase());
  const number = Number(id.slice(at + ':job-'.length));
  if (schedule === undefined || number <= schedule.jobsMade) return;
  const spec = schedule.spec.jobSpecification;
  const { deletedAt } = schedule;
  world.jobs.set(id.toLowerCase(), {
    tasks: managerOf(spec),
    before: { placed: 0, state: 'active' },
    ...(deletedAt === undefined ? {} : { deletedAt }),
  });
}

function* checkKnownTasks(known: KnownJob, { job, tasks }: JobSnapshot): Generator<string> {
  const shown = tasks.map(({ id }) => id.toLowerCase());
  if (shown.join() !== [...new Set(shown)].toSorted().join()) {
    yield `tasks of ${job.id} are not listed once and in order: ${shown.join()}`;
  }
  for (const id of known.tasks.keys()) if (!shown.includes(id)) yield `${job.id}/${id} is lost`;
  for (const id of shown) if (!known.tasks.has(id)) yield `nobody asked for ${job.id}/${id}`;
}

function* checkJob({ job, placed }: JobSnapshot): Generator<string> {
  const { state, executionInfo } = job;
  const hasEnded = state === 'completed';
  if (hasEnded && executionInfo.endTime === undefined) yield `${job.id} is completed and has no end`;
  if (!hasEnded && state !== 'deleting' && executionInfo.endTime !== undefined)
    yield `${job.id} is ${state} and has an end`;
  if (hasEnded && executionInfo.terminateReason === undefined && executionInfo.schedulingError === undefined)
    yield `${job.id} does not say why it has ended`;
  if (job.previousState === state) yield `${job.id} is ${state} and was that before`;
  // Transient states never show as the previous one (wire-facts 4.4).
  if (job.previousState?.endsWith('ing') === true) yield `${job.id} shows that it was ${job.previousState} before`;
  if ((state === 'disabled' || hasEnded) && placed.length > 0) {
    yield `${job.id} is ${state} and ${placed.map(({ id }) => id).join()} run`;
  }
}

/** A limit that is lowered ends nothing, but nothing starts above it; nothing starts in a job that is not active. */
function* checkParallelism(known: KnownJob, { job, placed: { length: placed } }: JobSnapshot): Generator<string> {
  const { maxParallelTasks = -1, state } = job;
  const limit = state !== 'active' && state === known.before.state ? 0 : maxParallelTasks;
  if (limit !== -1 && placed > Math.max(limit, known.before.placed)) {
    yield `${job.id} is ${state} and runs ${placed} tasks at once, up from ${known.before.placed}`;
  }
  known.before = { placed, state };
}

/** Wall clock times end jobs and tasks as soon as they are over, or shortened to less than has passed. */
function* checkTime({ clock, runtime, killMs, lost }: SimulatedWorld, { job, placed }: JobSnapshot): Generator<string> {
  const { maxWallClockTime: jobLimit = UNLIMITED } = job.constraints ?? {};
  const isEnding = job.state === 'terminating' || job.state === 'deleting';
  // What runs on a node that is out of contact is believed to run, and a multi-instance task waits for all its nodes.
  const isHere = ({ nodeInfo, multiInstanceSettings }: TaskResource): boolean => {
    const nodeId = nodeInfo?.nodeId ?? '';
    return runtime.nodes.has(nodeId) && !lost.has(nodeId) && (multiInstanceSettings === undefined || lost.size === 0);
  };
  const isStill = placed.some((task) => task.state === 'running' && isHere(task));
  if (isEnding && isStill && clock.now() > job.stateTransitionTime + killMs + MOMENT_MS)
    yield `${job.id} is ${job.state} and runs on`;
  const isLate = clock.now() > Math.max(job.creationTime + jobLimit, job.lastModified) + MOMENT_MS;
  if (isLate && (job.state === 'active' || job.state === 'disabled'))
    yield `${job.id} goes on beyond its wall clock time`;
  for (const task of placed) {
    const { id, state, executionInfo, constraints, lastModified } = task;
    if (state !== 'running' || executionInfo.startTime === undefined || !isHere(task)) continue;
    const due = Math.max(executionInfo.startTime + constraints.maxWallClockTime, lastModified);
    if (clock.now() > due + killMs + MOMENT_MS) yield `${job.id}/${id} runs beyond its wall clock time`;
  }
}

function* checkCounts({ job, tasks, counts }: JobSnapshot): Generator<string> {
  for (const [what, shown, weigh] of [
    ['tasks', counts.taskCounts, () => 1],
    ['slots', counts.taskSlotCounts, (task: TaskResource) => task.requiredSlots],
  ] as const) {
    const actual = count(tasks, weigh);
    if (JSON.stringify(shown) !== JSON.stringify(actual)) {
      yield `${job.id} counts ${what} as ${JSON.stringify(shown)} and has ${JSON.stringify(actual)}`;
    }
  }
}

function count(tasks: readonly TaskResource[], weigh: (task: TaskResource) => number): TaskCountValues {
  const sums = { active: 0, running: 0, completed: 0, succeeded: 0, failed: 0 };
  for (const task of tasks) {
    const { state, executionInfo } = task;
    sums[state === 'preparing' ? 'running' : state] += weigh(task);
    if (executionInfo.result !== undefined)
      sums[executionInfo.result === 'success' ? 'succeeded' : 'failed'] += weigh(task);
  }
  return sums;
}

function* checkTask(world: SimulatedWorld, { job }: JobSnapshot, task: TaskResource): Generator<string> {
  const name = `${job.id}/${task.id}`;
  const { state, executionInfo: info, nodeInfo } = task;
  const place = nodeInfo?.nodeId;
  yield* unless(task.stateTransitionTime <= world.clock.now() + 1, `${name} changed in the future`);
  yield* unless(task.previousState !== state, `${name} is ${state} and was that before`);
  yield* unless(state === 'completed' || info.endTime === undefined, `${name} is ${state} and has an end`);
  yield* unless(
    (info.result !== undefined) === (state === 'completed'),
    `${name} is ${state} with ${info.result ?? 'no result'}`,
  );
  switch (state) {
    case 'active':
      yield* unless(nodeInfo === undefined && info.startTime === undefined, `${name} waits and has a node or a start`);
      break;
    case 'preparing':
      yield* unless(
        place !== undefined && info.startTime === undefined,
        `${name} prepares without a node or with a start`,
      );
      break;
    case 'running':
      yield* unless(place !== undefined && info.startTime !== undefined, `${name} runs without a node or a start`);
      break;
    case 'completed':
      yield* checkCompletion(name, task);
  }
}

function* checkCompletion(
  name: string,
  { executionInfo: info, nodeInfo, constraints }: TaskResource,
): Generator<string> {
  yield* unless(info.endTime !== undefined, `${name} is completed and has no end`);
  yield* unless((info.endTime ?? 0) >= (info.startTime ?? 0), `${name} ended before it started`);
  yield* unless(nodeInfo !== undefined, `${name} is completed and has no nodeInfo`);
  yield* unless(info.startTime === undefined || nodeInfo?.nodeId !== undefined, `${name} ran on no node`);
  const isSuccess = info.result === 'success';
  yield* unless(
    isSuccess === (info.failureInfo === undefined),
    `${name} is a ${info.result ?? ''} with ${JSON.stringify(info)}`,
  );
  if (isSuccess) yield* unless(info.exitCode === 0, `${name} succeeded with ${info.exitCode ?? 'no exit code'}`);
  const { maxTaskRetryCount: retries } = constraints;
  if (info.failureInfo?.code === 'FailureExitCode') {
    yield* unless(info.exitCode !== 0, `${name} failed with exit code 0`);
    // Constraints may change while it runs: fewer retries than it had already.
    yield* unless(info.retryCount >= retries, `${name} failed after ${info.retryCount} retries of ${retries}`);
  }
}

/**
 * Whoever has started had all its parents satisfied, each at some time since it was added: a parent that is deleted or
 * reactivated later holds nobody back that it had let go (batch-semantics 4).
 */
function* checkDependencies(known: KnownJob, { job, tasks }: JobSnapshot): Generator<string> {
  const satisfied = tasks.filter(isSatisfying).map(({ id }) => id.toLowerCase());
  for (const task of tasks) {
    const knownTask = known.tasks.get(task.id.toLowerCase());
    if (knownTask === undefined || knownTask.hasStarted) continue;
    for (const id of satisfied) knownTask.satisfied.add(id);
    const isPlaced = task.state === 'preparing' || task.state === 'running';
    if (!isPlaced && task.executionInfo.startTime === undefined) continue;
    knownTask.hasStarted = true;
    const missing = missingParents(knownTask);
    if (missing.length > 0) yield `${job.id}/${task.id} has started before ${missing.join()}`;
  }
}

/** Parents, by id or by number, that have not let this task go. */
export function missingParents({ spec: { dependsOn }, satisfied }: KnownTask): readonly string[] {
  const ids = (dependsOn?.taskIds ?? []).map((id) => id.toLowerCase()).filter((id) => !satisfied.has(id));
  const numbers = new Set([...satisfied].filter((id) => /^\d+$/.test(id)).map(Number));
  const missing = (dependsOn?.taskIdRanges ?? []).flatMap(({ start, end }) =>
    Array.from({ length: end - start + 1 }, (_, index) => start + index).filter((number) => !numbers.has(number)),
  );
  return [...ids, ...missing.map(String)];
}

function* unless(holds: boolean, violation: string): Generator<string> {
  if (!holds) yield violation;
}
