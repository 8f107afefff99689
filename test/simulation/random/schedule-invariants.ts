// Job schedules: none is lost or made up, each has one job at most that goes on, and the next one is not overdue.
import type { JobScheduleResource } from '../../../emulator/engine/index.ts';
import type { KnownSchedule, SimulatedWorld } from './simulated-world.ts';
import { QUOTAS } from './simulated-world.ts';
import type { Snapshot } from './snapshot.ts';

/** The longest release task of its jobs, plus kills. */
const PATIENCE_MS = 20 * 60_000;

const LIVE_JOBS: ReadonlySet<string> = new Set(['active', 'disabling', 'disabled', 'enabling', 'terminating']);

export function* checkSchedules(world: SimulatedWorld, snapshot: Snapshot): Generator<string> {
  const { schedules, jobs, fresh } = snapshot;
  yield* checkKnownSchedules(world, schedules);
  for (const schedule of schedules) {
    const known = world.schedules.get(schedule.id.toLowerCase());
    if (known === undefined) continue;
    const due = schedule.executionInfo.nextRunTime;
    if (schedule.state === 'active' && due !== undefined && due < world.clock.now() - 1)
      yield `${schedule.id} should have made a job at ${new Date(due).toISOString()}`;
    if (fresh.has(schedules)) yield* checkSchedule(schedule);
    if (fresh.has(jobs) || fresh.has(schedules)) yield* checkItsJobs(schedule, known, snapshot);
  }
  if (fresh.has(jobs) || fresh.has(schedules)) yield* checkQuota(snapshot);
}

function* checkKnownSchedules(world: SimulatedWorld, schedules: readonly JobScheduleResource[]): Generator<string> {
  const shown = schedules.map(({ id }) => id.toLowerCase());
  if (shown.join() !== [...new Set(shown)].toSorted().join())
    yield `schedules are not listed once and in order: ${shown.join()}`;
  for (const [id, known] of world.schedules) {
    if (shown.includes(id)) {
      const isLate = known.deletedAt !== undefined && world.clock.now() > known.deletedAt + PATIENCE_MS;
      if (isLate) yield `${id} is still there, long after it was deleted`;
    } else if (known.deletedAt === undefined) {
      yield `${id} is lost`;
    } else {
      world.schedules.delete(id);
    }
  }
  for (const id of shown) if (!world.schedules.has(id)) yield `nobody asked for ${id}`;
}

function* checkSchedule({ id, state, previousState, executionInfo: info }: JobScheduleResource): Generator<string> {
  const hasEnd = info.endTime !== undefined;
  if (state !== 'deleting' && (state === 'completed') !== hasEnd)
    yield `${id} is ${state} with ${hasEnd ? 'an' : 'no'} end`;
  if (state === 'completed' && info.nextRunTime !== undefined) yield `${id} is completed and is due again`;
  if (previousState?.endsWith('ing') === true) yield `${id} shows that it was ${previousState} before`;
}

/** Jobs are numbered from 1 on; only the newest may go on, and none of a completed schedule (batch-semantics 8). */
function* checkItsJobs(
  { id, state, executionInfo }: JobScheduleResource,
  known: KnownSchedule,
  { jobs }: Snapshot,
): Generator<string> {
  const prefix = `${id}:job-`;
  const own = jobs.filter(({ job }) => job.id.startsWith(prefix)).map(({ job }) => job);
  const numberOf = (jobId: string): number => Number(jobId.slice(prefix.length));
  const going = own.filter((job) => LIVE_JOBS.has(job.state));
  if (going.length > 1) yield `${id} has ${going.map((job) => job.id).join()} at once`;
  if (state === 'completed' && going.length > 0) yield `${id} is completed and ${going[0]?.id ?? ''} goes on`;
  const recent = executionInfo.recentJob === undefined ? 0 : numberOf(executionInfo.recentJob.id);
  if (recent < known.jobsMade) yield `${id} made job-${known.jobsMade} and shows job-${recent} as its newest`;
  known.jobsMade = recent;
  const highest = Math.max(0, ...own.map((job) => numberOf(job.id)));
  if (highest > recent) yield `${id} has job-${highest} and shows job-${recent} as its newest`;
  if (going.length === 1 && numberOf(going[0]?.id ?? '') !== recent)
    yield `${going[0]?.id ?? ''} goes on and is not the newest`;
}

/** Jobs that schedules make come without asking. */
function* checkQuota({ jobs, schedules }: Snapshot): Generator<string> {
  const live = jobs.filter(({ job }) => LIVE_JOBS.has(job.state) && !job.id.includes(':')).length;
  const active = schedules.filter(({ state }) => state === 'active' || state === 'disabled').length;
  if (live + active > QUOTAS.activeJobsAndSchedules) yield `${live} jobs and ${active} schedules are active`;
}
