// Random operations on tasks.
import type { RandomStream } from '../../../core/kernel/index.ts';
import type { ExitConditions, TaskAdd } from '../../../emulator/engine/index.ts';
import { anyJobId } from './job-operations.ts';
import type { Operation, WeightedOperations } from './operation.ts';
import { told } from './operation.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { chance, newTask, pick } from './simulated-world.ts';

/** Numbers in several spellings, as ranges of dependencies go by value, and a few names. */
const TASK_IDS = [
  ...Array.from({ length: 16 }, (_, index) => (index % 5 === 4 ? `0${index + 1}` : String(index + 1))),
  'first',
  'Second',
  'third',
  'last',
];

const COMMANDS = [
  'true',
  'sleep 1',
  'sleep 10',
  'sleep 30',
  'sleep 120',
  'sleep 120',
  'sleep 900',
  'sleep 3000',
  "/bin/sh -c 'exit 1'",
  "/bin/sh -c 'sleep 5; exit 1'",
  "/bin/sh -c 'sleep 30; exit 2'",
];

const COORDINATIONS = ['true', 'sleep 2', 'sleep 2', "/bin/sh -c 'sleep 1; exit 3'"];

const CONDITIONS: readonly ExitConditions[] = [
  { default: { dependencyAction: 'satisfy' } },
  { exitCodes: [{ code: 1, exitOptions: { dependencyAction: 'satisfy' } }] },
  { exitCodes: [{ code: 0, exitOptions: { dependencyAction: 'block' } }] },
  { exitCodeRanges: [{ start: 1, end: 5, exitOptions: { jobAction: 'none' } }] },
  { exitCodeRanges: [{ start: 1, end: 5, exitOptions: { jobAction: 'disable' } }] },
  { default: { jobAction: 'terminate' } },
];

function anyTaskId(random: RandomStream): string {
  return pick(random, TASK_IDS);
}

function taskSpec(random: RandomStream): TaskAdd {
  const id = anyTaskId(random);
  return {
    id,
    commandLine: pick(random, COMMANDS),
    ...(chance(random, 0.4) ? { requiredSlots: 1 + random.integer(3) } : {}),
    ...(chance(random, 0.2) ? { dependsOn: dependencies(random) } : {}),
    ...(chance(random, 0.4) ? { constraints: constraints(random) } : {}),
    ...(chance(random, 0.3) ? { exitConditions: pick(random, CONDITIONS) } : {}),
    ...(chance(random, 0.08)
      ? {
          multiInstanceSettings: {
            numberOfInstances: 1 + random.integer(3),
            coordinationCommandLine: pick(random, COORDINATIONS),
          },
        }
      : {}),
  };
}

function dependencies(random: RandomStream): NonNullable<TaskAdd['dependsOn']> {
  if (chance(random, 0.3)) {
    const start = random.integer(9);
    return { taskIdRanges: [{ start, end: start + random.integer(3) }] };
  }
  return { taskIds: [anyTaskId(random), anyTaskId(random)].slice(random.integer(2)) };
}

function constraints(random: RandomStream): NonNullable<TaskAdd['constraints']> {
  return {
    maxTaskRetryCount: random.integer(3),
    ...(chance(random, 0.3) ? { maxWallClockTime: 20_000 } : {}),
    ...(chance(random, 0.3) ? { retentionTime: pick(random, [0, 60_000]) } : {}),
  };
}

const addTasks: Operation = async (world, random) => {
  const jobId = anyJobId(world, random);
  const specs = Array.from({ length: 1 + random.integer(6) }, () => taskSpec(random));
  const outcome = await world.engine.tasks.addCollection(jobId, specs);
  const job = world.jobs.get(jobId.toLowerCase());
  if (outcome.ok && job !== undefined) {
    for (const [index, addition] of outcome.value.entries()) {
      const spec = specs[index];
      if (addition.outcome !== 'added' || spec === undefined) continue;
      job.tasks.set(spec.id.toLowerCase(), newTask(spec));
    }
  }
  const what = specs.map((spec) => `${spec.id} (${spec.commandLine}, ${spec.requiredSlots ?? 1} slots)`).join(', ');
  return told(`add to ${jobId}: ${what}`, outcome);
};

function anyTask(world: SimulatedWorld, random: RandomStream): readonly [jobId: string, taskId: string] {
  const jobId = anyJobId(world, random);
  const ids = [...(world.jobs.get(jobId.toLowerCase())?.tasks.keys() ?? [])];
  return [jobId, ids.length === 0 ? anyTaskId(random) : pick(random, ids)];
}

async function deleteOne(world: SimulatedWorld, jobId: string, taskId: string): Promise<string> {
  const runs = [...world.runtime.live.values()].filter(
    (run) => run.jobId.toLowerCase() === jobId.toLowerCase() && run.taskId.toLowerCase() === taskId.toLowerCase(),
  );
  const outcome = await world.engine.tasks.delete(jobId, taskId);
  if (outcome.ok) {
    world.jobs.get(jobId.toLowerCase())?.tasks.delete(taskId.toLowerCase());
    for (const run of runs) world.runtime.orphan(run);
  }
  return told(`delete ${jobId}/${taskId}`, outcome);
}

const deleteTask: Operation = (world, random) => deleteOne(world, ...anyTask(world, random));

/** Deletes a task that runs and adds one of the same id, before the node has ended the first. */
const replaceTask: Operation = async (world, random) => {
  const running = [...world.runtime.live.values()].filter(({ run, isOrphan }) => run.kind === 'task' && !isOrphan);
  if (running.length === 0) return 'no task to replace';
  const { jobId, taskId } = pick(random, running);
  const deleted = await deleteOne(world, jobId, taskId);
  const spec = { ...taskSpec(random), id: taskId };
  const outcome = await world.engine.tasks.add(jobId, spec);
  if (outcome.ok) world.jobs.get(jobId.toLowerCase())?.tasks.set(taskId.toLowerCase(), newTask(spec));
  return `${deleted}, ${told(`add it again (${spec.commandLine})`, outcome)}`;
};

const terminateTask: Operation = async (world, random) => {
  const [jobId, taskId] = anyTask(world, random);
  return told(`terminate ${jobId}/${taskId}`, await world.engine.tasks.terminate(jobId, taskId));
};

const reactivateTask: Operation = async (world, random) => {
  const [jobId, taskId] = anyTask(world, random);
  const outcome = await world.engine.tasks.reactivate(jobId, taskId);
  const task = world.jobs.get(jobId.toLowerCase())?.tasks.get(taskId.toLowerCase());
  if (outcome.ok && task !== undefined) task.isReactivated = true;
  return told(`reactivate ${jobId}/${taskId}`, outcome);
};

const changeTask: Operation = async (world, random) => {
  const [jobId, taskId] = anyTask(world, random);
  const outcome = await world.engine.tasks.updateConstraints(jobId, taskId, constraints(random));
  return told(`change the constraints of ${jobId}/${taskId}`, outcome);
};

export const TASK_OPERATIONS: WeightedOperations = [
  [18, addTasks],
  [6, deleteTask],
  [2, replaceTask],
  [3, terminateTask],
  [4, reactivateTask],
  [1, changeTask],
];
