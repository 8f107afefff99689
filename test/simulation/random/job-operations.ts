// Random operations on jobs.
import type { RandomStream } from '../../../core/kernel/index.ts';
import type { JobAdd } from '../../../emulator/engine/index.ts';
import type { Operation, WeightedOperations } from './operation.ts';
import { told } from './operation.ts';
import { anyPoolId } from './pool-operations.ts';
import type { KnownTask, SimulatedWorld } from './simulated-world.ts';
import { chance, mostly, newTask, pick } from './simulated-world.ts';

const JOB_IDS = ['job-a', 'job-b', 'Job-C', 'job-d', 'job-e', 'job-f'];

export const MANAGER_ID = 'manager';

export function anyJobId({ jobs }: SimulatedWorld, random: RandomStream): string {
  return mostly(random, [...jobs.keys()], JOB_IDS);
}

function jobSpec(world: SimulatedWorld, random: RandomStream): JobAdd {
  const free = JOB_IDS.filter((id) => !world.jobs.has(id.toLowerCase()));
  const hooks = chance(random, 0.3);
  const prepares = pick(random, ['sleep 1', 'sleep 30', "/bin/sh -c 'sleep 1; exit 1'"]);
  return {
    id: mostly(random, free, JOB_IDS),
    poolInfo: { poolId: anyPoolId(world, random) },
    priority: pick(random, [0, 0, 0, -10, 10]),
    usesTaskDependencies: chance(random, 0.8),
    onTaskFailure: chance(random, 0.15) ? 'performexitoptionsjobaction' : 'noaction',
    ...(chance(random, 0.3) ? { maxParallelTasks: 1 + random.integer(3) } : {}),
    ...(chance(random, 0.05) ? { onAllTasksComplete: 'terminatejob' as const } : {}),
    ...(chance(random, 0.1) ? { constraints: { maxWallClockTime: 600_000, maxTaskRetryCount: 1 } } : {}),
    ...(hooks
      ? {
          jobPreparationTask: { commandLine: prepares, waitForSuccess: chance(random, 0.7) },
          ...(chance(random, 0.7) ? { jobReleaseTask: { commandLine: pick(random, ['true', 'sleep 60']) } } : {}),
        }
      : {}),
    ...(chance(random, 0.08)
      ? {
          jobManagerTask: {
            id: MANAGER_ID,
            commandLine: 'sleep 30',
            killJobOnCompletion: chance(random, 0.5),
            runExclusive: chance(random, 0.5),
          },
        }
      : {}),
  };
}

const addJob: Operation = async (world, random) => {
  const spec = jobSpec(world, random);
  const outcome = await world.engine.jobs.add(spec);
  if (outcome.ok) {
    const { jobManagerTask: manager } = spec;
    const tasks = new Map<string, KnownTask>();
    if (manager !== undefined) {
      const task = { id: manager.id, commandLine: manager.commandLine };
      tasks.set(manager.id.toLowerCase(), newTask(task, true));
    }
    world.jobs.set(spec.id.toLowerCase(), { spec, tasks, before: { placed: 0, state: 'active' } });
  }
  return told(`add ${spec.id} on ${spec.poolInfo.poolId ?? ''}`, outcome);
};

const deleteJob: Operation = async (world, random) => {
  const id = anyJobId(world, random);
  const outcome = await world.engine.jobs.delete(id);
  const job = world.jobs.get(id.toLowerCase());
  if (outcome.ok && job !== undefined) job.deletedAt = world.clock.now();
  return told(`delete ${id}`, outcome);
};

const terminateJob: Operation = async (world, random) => {
  const id = anyJobId(world, random);
  return told(`terminate ${id}`, await world.engine.jobs.terminate(id, undefined));
};

const disableJob: Operation = async (world, random) => {
  const id = anyJobId(world, random);
  const option = pick(random, ['requeue', 'terminate', 'wait'] as const);
  return told(`disable ${id} with ${option}`, await world.engine.jobs.disable(id, option));
};

const enableJob: Operation = async (world, random) => {
  const id = anyJobId(world, random);
  return told(`enable ${id}`, await world.engine.jobs.enable(id));
};

const patchJob: Operation = async (world, random) => {
  const id = anyJobId(world, random);
  const change = pick(random, [
    { priority: 5 },
    { priority: -5 },
    { maxParallelTasks: 2 },
    { maxParallelTasks: -1 },
    { poolInfo: { poolId: anyPoolId(world, random) } },
    ...(chance(random, 0.2) ? [{ onAllTasksComplete: 'terminatejob' as const }] : []),
  ]);
  return told(`patch ${id} with ${JSON.stringify(change)}`, await world.engine.jobs.patch(id, change));
};

export const JOB_OPERATIONS: WeightedOperations = [
  [5, addJob],
  [1, deleteJob],
  [0.7, terminateJob],
  [2, disableJob],
  [5, enableJob],
  [2, patchJob],
];
