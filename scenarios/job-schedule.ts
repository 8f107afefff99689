/**
 * A job that comes again and again by itself: a schedule makes one every minute or less often, and the manager task that
 * comes with each does its work and ends it. The story watches the first jobs come and end, then ends the schedule.
 */
import {
  aligned,
  callOptions,
  chooseImage,
  createSchedule,
  describeDuration,
  duration,
  ensurePool,
  explainFailures,
  failuresFault,
  FaultError,
  linuxShell,
  readTail,
  shortDuration,
  waitForNodes,
  watchSchedule,
} from '../core/index.ts';
import type { CompletedTask, Job, Milliseconds } from '../core/index.ts';
import { image, poolOf, vmSize } from './linux-nodes.ts';
import { durationOr, flag, integer, text } from './options.ts';
import type { Option, ValuesOf } from './options.ts';
import type { ScenarioContext } from './scenario.ts';
import { defineStory } from './story.ts';
import type { Run } from './story.ts';

/** The service takes no shorter one (batch-semantics 8). */
const shortestInterval = duration.minutes(1);

const options = {
  runs: integer(2, { min: 1, max: 1_000 }, 'how many jobs to wait for'),
  every: interval('the time from one job to the next, a minute at least'),
  timeout: durationOr(duration.minutes(20), 'how long to wait for the nodes, and for jobs beyond their time'),
  pool: text('ID', 'use this pool, or create it under this name'),
  keep: flag('delete nothing at the end; the schedule has ended then, and makes no more jobs'),
} as const;

type Options = ValuesOf<typeof options>;

export const jobSchedule = defineStory({
  name: 'job-schedule',
  summary: 'Jobs that come by themselves; two by default, which takes a minute: --runs 1 does not wait',
  options,
  examples: ['', '--runs 1', '--runs 5 --every 2m'],
  namesOf,
  footprint: ({ poolId, scheduleId }) => ({
    pools: [poolOf(poolId, 1)],
    jobs: [],
    schedules: [scheduleId],
    containers: [],
  }),
  tell: story,
});

function interval(description: string): Option<Milliseconds> {
  const anyTime = durationOr(shortestInterval, description);
  return {
    ...anyTime,
    parse: (name, raw) => {
      const value = anyTime.parse(name, raw);
      if (value >= shortestInterval) return value;
      const message = `--${name} must be ${shortDuration(shortestInterval)} or more, not ${shortDuration(value)}: Batch has no shorter recurrence.`;
      throw new FaultError({ code: 'invalid', message });
    },
  };
}

interface Names {
  readonly poolId: string;
  readonly scheduleId: string;
}

function namesOf(values: Options, runId: string): Names {
  return { poolId: values.pool ?? `job-schedule-pool-${runId}`, scheduleId: `job-schedule-${runId}` };
}

async function story(context: ScenarioContext, { values, names, cleanUp }: Run<typeof options, Names>): Promise<void> {
  const { poolId, scheduleId } = names;
  const { clock } = context;
  const chosen = await chooseImage(context, image);
  await ensurePool(context, { id: poolId, vmSize, targetDedicatedNodes: 1, ...chosen }, cleanUp);
  // The first job comes with the schedule, and the next one not before it has ended: so the node comes first.
  await waitForNodes(context, poolId, clock.now() + values.timeout);

  const deadline = clock.now() + values.every * (values.runs - 1) + values.timeout;
  // A schedule that nobody cleans up makes jobs for ever, which cost; this one ends by itself.
  const recurrence = { intervalMs: values.every, doNotRunAfter: deadline };
  const manager = { id: managerId, commandLine: linuxShell(['echo "this is run ${AZ_BATCH_JOB_ID##*:job-}"']) };
  await createSchedule(context, { id: scheduleId, recurrence, job: { poolId, manager } }, cleanUp);
  const last =
    values.runs === 1 ? '' : `; job ${values.runs} comes after ${shortDuration(values.every * (values.runs - 1))}`;
  context.reporter.step(`A job comes at once, and then every ${shortDuration(values.every)}${last}`);
  const jobs = await watchSchedule(context, { scheduleId, poolId, jobs: values.runs, deadline });
  await context.batch.schedules.terminate(scheduleId, callOptions(context));
  await showJobs(context, jobs);
}

const managerId = 'manager';

/** Each job with when it came, how it ended, and what its manager wrote. */
async function showJobs(context: ScenarioContext, jobs: readonly Job[]): Promise<void> {
  const first = jobs[0]?.createdAt ?? 0;
  const managers: CompletedTask[] = [];
  const rows: string[][] = [];
  for (const { id: jobId, createdAt = first, endedAt = createdAt, terminateReason } of jobs) {
    const task = await context.batch.tasks.get(jobId, managerId, callOptions(context));
    if (task.state === 'completed') managers.push(task);
    const output = await readTail(context, { jobId, taskId: managerId, path: 'stdout.txt' });
    const came = createdAt === first ? 'came at once' : `came after ${describeDuration(createdAt - first)}`;
    const ended = `ended after ${describeDuration(endedAt - createdAt)} (${terminateReason ?? 'no reason'})`;
    rows.push([jobId, came, ended, output ?? 'its output cannot be read']);
  }
  context.reporter.step('The jobs of the schedule:');
  context.reporter.detail(aligned(rows));
  context.reporter.fact('jobs', jobs);
  const failures = await explainFailures(context, managers);
  const [failed] = failures;
  if (failed !== undefined) throw failuresFault(managers[0]?.jobId ?? '', jobs.length, failures);
}
