// Random operations on job schedules.
import type { RandomStream } from '../../../core/kernel/index.ts';
import type { JobScheduleAdd, Schedule } from '../../../emulator/engine/index.ts';
import { jobSpecification, manager } from './job-operations.ts';
import type { Operation, WeightedOperations } from './operation.ts';
import { told } from './operation.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { chance, mostly, pick } from './simulated-world.ts';

const SCHEDULE_IDS = ['Hourly', 'nightly', 'job-a'];

/** Long beside most steps, so that a long time makes dozens of jobs and not thousands. */
const RECURRENCES = [600_000, 1_800_000, 3_600_000];

function anyScheduleId({ schedules }: SimulatedWorld, random: RandomStream): string {
  return mostly(
    random,
    [...schedules.values()].map(({ id }) => id),
    SCHEDULE_IDS,
  );
}

function scheduleSpec({ clock }: SimulatedWorld, random: RandomStream): Schedule {
  return {
    ...(chance(random, 0.8) ? { recurrenceInterval: pick(random, RECURRENCES) } : {}),
    ...(chance(random, 0.5) ? { startWindow: pick(random, [60_000, 900_000]) } : {}),
    ...(chance(random, 0.2) ? { doNotRunUntil: clock.now() + random.integer(600_000) } : {}),
    ...(chance(random, 0.3) ? { doNotRunAfter: clock.now() + 600_000 + random.integer(7_200_000) } : {}),
  };
}

const addSchedule: Operation = async (world, random) => {
  const free = SCHEDULE_IDS.filter((id) => !world.schedules.has(id.toLowerCase()));
  const specification = jobSpecification(world, random, 'jobschedule');
  const spec: JobScheduleAdd = {
    id: mostly(random, free, SCHEDULE_IDS),
    schedule: scheduleSpec(world, random),
    // Somebody must end each job.
    jobSpecification: {
      ...specification,
      ...pick(random, [{ jobManagerTask: manager(random) }, { onAllTasksComplete: 'terminatejob' as const }, {}]),
    },
  };
  const outcome = await world.engine.schedules.add(spec);
  if (outcome.ok) world.schedules.set(spec.id.toLowerCase(), { id: spec.id, spec, jobsMade: 0 });
  return told(`add the schedule ${spec.id} ${JSON.stringify(spec.schedule)}`, outcome);
};

const changeSchedule: Operation = async (world, random) => {
  const id = anyScheduleId(world, random);
  const change = { schedule: scheduleSpec(world, random) };
  return told(
    `patch the schedule ${id} with ${JSON.stringify(change)}`,
    await world.engine.schedules.patch(id, change),
  );
};

const stopSchedule: Operation = async (world, random) => {
  const id = anyScheduleId(world, random);
  const how = pick(random, ['disable', 'terminate'] as const);
  return told(`${how} the schedule ${id}`, await world.engine.schedules[how](id));
};

const enableSchedule: Operation = async (world, random) => {
  const id = anyScheduleId(world, random);
  return told(`enable the schedule ${id}`, await world.engine.schedules.enable(id));
};

/** A schedule takes its jobs with it. */
export async function dropSchedule({ engine, clock, schedules, jobs }: SimulatedWorld, id: string): Promise<string> {
  const outcome = await engine.schedules.delete(id);
  const known = schedules.get(id.toLowerCase());
  if (outcome.ok && known !== undefined) {
    known.deletedAt = clock.now();
    for (const [jobId, job] of jobs) if (jobId.startsWith(`${id.toLowerCase()}:`)) job.deletedAt ??= clock.now();
  }
  return told(`delete the schedule ${id}`, outcome);
}

const deleteSchedule: Operation = (world, random) => dropSchedule(world, anyScheduleId(world, random));

/** Schedules leave their completed jobs behind. */
const tidyUp: Operation = async (world) => {
  let count = 0;
  for (const [id, job] of world.jobs) {
    const found = id.includes(':') ? await world.engine.jobs.get(id) : undefined;
    if (found?.ok !== true || found.value.state !== 'completed') continue;
    if (!(await world.engine.jobs.delete(id)).ok) continue;
    job.deletedAt = world.clock.now();
    count += 1;
  }
  return `delete ${count} completed jobs of schedules`;
};

export const SCHEDULE_OPERATIONS: WeightedOperations = [
  [1, addSchedule],
  [0.5, changeSchedule],
  [0.7, stopSchedule],
  [0.7, enableSchedule],
  [0.5, deleteSchedule],
  [1, tidyUp],
];
