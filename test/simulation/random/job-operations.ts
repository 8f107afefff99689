// Random operations on jobs.
import type { RandomStream } from '../../../core/kernel/index.ts';
import type { AutoPoolSpecification, JobSpecification } from '../../../emulator/engine/index.ts';
import { poolOf } from '../../support/simulated-account.ts';
import type { Operation, WeightedOperations } from './operation.ts';
import { told } from './operation.ts';
import { anyPoolId } from './pool-operations.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { MANAGER_ID, chance, managerOf, mostly, pick } from './simulated-world.ts';

const JOB_IDS = ['job-a', 'job-b', 'Job-C', 'job-d', 'job-e', 'job-f'];

export function anyJobId({ jobs }: SimulatedWorld, random: RandomStream): string {
  return mostly(random, [...jobs.keys()], JOB_IDS);
}

/** Everything of a job but its id. Most work on a pool that is there; some bring a pool of their own. */
export function jobSpecification(
  world: SimulatedWorld,
  random: RandomStream,
  lifetime: 'job' | 'jobschedule' = 'job',
): JobSpecification {
  return {
    poolInfo: chance(random, 0.12)
      ? { autoPoolSpecification: autoPool(random, lifetime) }
      : { poolId: anyPoolId(world, random) },
    priority: pick(random, [0, 0, 0, -10, 10]),
    allowTaskPreemption: chance(random, 0.6),
    usesTaskDependencies: chance(random, 0.8),
    onTaskFailure: chance(random, 0.15) ? 'performexitoptionsjobaction' : 'noaction',
    ...(chance(random, 0.3) ? { maxParallelTasks: 1 + random.integer(3) } : {}),
    ...(chance(random, 0.05) ? { onAllTasksComplete: 'terminatejob' as const } : {}),
    ...(chance(random, 0.1) ? { constraints: { maxWallClockTime: 600_000, maxTaskRetryCount: 1 } } : {}),
    ...(chance(random, 0.3) ? hooks(random) : {}),
    ...(chance(random, 0.08) ? { jobManagerTask: manager(random) } : {}),
  };
}

/** The prefix says when the pool must go. */
function autoPool(random: RandomStream, lifetime: 'job' | 'jobschedule'): AutoPoolSpecification {
  const keepAlive = chance(random, 0.3);
  const isShared = lifetime === 'jobschedule' && chance(random, 0.5);
  const { id: _, ...pool } = poolOf('', 1 + random.integer(2), { taskSlotsPerNode: 1 + random.integer(3) });
  return {
    autoPoolIdPrefix: keepAlive ? 'autokeep' : isShared ? 'autoshared' : 'auto',
    poolLifetimeOption: isShared ? 'jobschedule' : 'job',
    keepAlive,
    pool,
  };
}

function hooks(random: RandomStream): Pick<JobSpecification, 'jobPreparationTask' | 'jobReleaseTask'> {
  const commandLine = pick(random, ['sleep 1', 'sleep 30', "/bin/sh -c 'sleep 1; exit 1'"]);
  return {
    jobPreparationTask: {
      commandLine,
      waitForSuccess: chance(random, 0.7),
      rerunOnNodeRebootAfterSuccess: chance(random, 0.7),
      ...(chance(random, 0.3) ? { constraints: { maxTaskRetryCount: 1 } } : {}),
    },
    ...(chance(random, 0.7) ? { jobReleaseTask: { commandLine: pick(random, ['true', 'sleep 60']) } } : {}),
  };
}

export function manager(random: RandomStream): NonNullable<JobSpecification['jobManagerTask']> {
  return {
    id: MANAGER_ID,
    commandLine: pick(random, ['sleep 30', 'sleep 30', "/bin/sh -c 'sleep 5; exit 1'"]),
    killJobOnCompletion: chance(random, 0.5),
    runExclusive: chance(random, 0.5),
    allowLowPriorityNode: chance(random, 0.8),
    ...(chance(random, 0.5) ? { constraints: { maxTaskRetryCount: 2 } } : {}),
  };
}

const addJob: Operation = async (world, random) => {
  const free = JOB_IDS.filter((id) => !world.jobs.has(id.toLowerCase()));
  const spec = { id: mostly(random, free, JOB_IDS), ...jobSpecification(world, random) };
  const outcome = await world.engine.jobs.add(spec);
  if (outcome.ok) {
    world.jobs.set(spec.id.toLowerCase(), { tasks: managerOf(spec), before: { placed: 0, state: 'active' } });
  }
  return told(`add ${spec.id} on ${spec.poolInfo.poolId ?? 'a pool of its own'}`, outcome);
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
    { allowTaskPreemption: true },
    { constraints: { maxWallClockTime: pick(random, [60_000, 3_600_000]) } },
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
