/** Operations on job schedules (wire-facts 3.8, 4.6; batch-semantics 8). */
import { type Outcome, refusal, success } from '../../../core/kernel/index.ts';
import type { Precondition, ScheduleOperations, Stamp } from '../batch-engine.ts';
import { jobKey, scheduleKey } from '../domain/keys.ts';
import { type JobSchedule, dueFrom, enterScheduleState } from '../domain/schedule.ts';
import { type EngineFault, engineFault } from '../fault.ts';
import { accountMeans } from '../lifecycle/application-packages.ts';
import { advanceSchedule, deleteSchedule, terminateSchedule } from '../lifecycle/schedule-lifecycle.ts';
import type { JobScheduleAdd, JobSchedulePatch, JobScheduleResource } from '../resources/job-schedule.ts';
import { checkDisplayName, checkId, firstOf } from '../rules/checks.ts';
import { withJobDefaults } from '../rules/job-rules.ts';
import { checkSchedule } from '../rules/schedule-rules.ts';
import { checkJobIsSimulated } from '../rules/simulation-rules.ts';
import type { Turn } from '../turn.ts';
import { jobResource } from './resources.ts';
import { type Runner, findSchedule, page } from './runner.ts';

type Result<T> = Outcome<T, EngineFault>;

export function scheduleOperations(runner: Runner): ScheduleOperations {
  return {
    add: (schedule) => runner.change((turn) => addSchedule(turn, schedule)),
    get: (scheduleId, precondition) =>
      runner.ask((world) => {
        const schedule = findSchedule(world, scheduleId, precondition);
        return schedule.ok ? success(scheduleResource(schedule.value)) : schedule;
      }),
    list: (query) =>
      runner.ask((world) =>
        success(page(world.schedules, { keyOf: (schedule) => schedule.key, show: scheduleResource }, query)),
      ),
    patch: (scheduleId, change, precondition) =>
      runner.change((turn) => changeSchedule(turn, liveSchedule(turn, scheduleId, precondition), change, 'merge')),
    update: (scheduleId, change, precondition) =>
      runner.change((turn) => changeSchedule(turn, liveSchedule(turn, scheduleId, precondition), change, 'replace')),
    delete: (scheduleId, precondition) =>
      runner.change((turn) => {
        const schedule = findSchedule(turn.world, scheduleId, precondition);
        if (!schedule.ok) return schedule;
        if (schedule.value.state === 'deleting') return refusal(engineFault('JobScheduleBeingDeleted'));
        deleteSchedule(turn, schedule.value);
        return success({ lastModified: schedule.value.lastModified }); // keeps the eTag (wire-facts 1.8)
      }),
    disable: (scheduleId, precondition) =>
      runner.change((turn) => {
        const schedule = liveSchedule(turn, scheduleId, precondition);
        if (!schedule.ok) return schedule;
        const { waiting: _, ...rest } = schedule.value;
        return stamp(turn, enterScheduleState(rest, 'disabled', turn.now));
      }),
    enable: (scheduleId, precondition) =>
      runner.change((turn) => {
        const schedule = liveSchedule(turn, scheduleId, precondition);
        if (!schedule.ok) return schedule;
        const { nextRunTime: _, ...rest } = schedule.value;
        // What was missed meanwhile is lost.
        return stamp(turn, enterScheduleState(withNextRun(rest, turn.now), 'active', turn.now));
      }),
    terminate: (scheduleId, precondition) =>
      runner.change((turn) => {
        const schedule = liveSchedule(turn, scheduleId, precondition);
        if (!schedule.ok) return schedule;
        terminateSchedule(turn, { ...schedule.value, lastModified: turn.now });
        return success({ lastModified: turn.now });
      }),
    jobs: (scheduleId, query) =>
      runner.ask((world) => {
        const schedule = findSchedule(world, scheduleId);
        if (!schedule.ok) return schedule;
        const prefix = `${schedule.value.key}:job-`;
        const source = { keyOf: (job: { readonly key: ReturnType<typeof jobKey> }) => job.key, show: jobResource };
        return success(page(world.jobs, { ...source, prefix: jobKey(prefix) }, query));
      }),
  };
}

function scheduleResource(schedule: JobSchedule): JobScheduleResource {
  const {
    key: _,
    nextRunTime,
    waiting: __,
    jobsMade: ___,
    recentJobId,
    autoPoolId: ____,
    endTime,
    ...shown
  } = schedule;
  return {
    ...shown,
    executionInfo: {
      ...(nextRunTime === undefined ? {} : { nextRunTime }),
      ...(recentJobId === undefined ? {} : { recentJob: { id: recentJobId } }),
      ...(endTime === undefined ? {} : { endTime }),
    },
  };
}

/** A schedule that can still be changed (wire-facts 4.6). */
function liveSchedule(turn: Turn, scheduleId: string, precondition?: Precondition): Result<JobSchedule> {
  const schedule = findSchedule(turn.world, scheduleId, precondition);
  if (!schedule.ok) return schedule;
  const { state } = schedule.value;
  if (state === 'completed') return refusal(engineFault('JobScheduleCompleted'));
  if (state === 'terminating') return refusal(engineFault('JobScheduleBeingTerminated'));
  if (state === 'deleting') return refusal(engineFault('JobScheduleBeingDeleted'));
  return schedule;
}

/** What is left to come may be nothing now: then the schedule is completed (batch-semantics 8). */
function stamp(turn: Turn, schedule: JobSchedule): Result<Stamp> {
  turn.world.schedules.put({ ...schedule, lastModified: turn.now });
  advanceSchedule(turn, schedule.key);
  return success({ lastModified: turn.now });
}

/** The grid of due times starts when the schedule was made (wire-facts 3.8). */
function withNextRun(schedule: Omit<JobSchedule, 'nextRunTime'>, now: number): JobSchedule {
  const next = dueFrom(schedule.schedule, schedule.creationTime, now);
  return next === undefined ? schedule : { ...schedule, nextRunTime: next };
}

function addSchedule(turn: Turn, schedule: JobScheduleAdd): Result<JobScheduleResource> {
  const { world, now } = turn;
  const key = scheduleKey(schedule.id);
  const existing = world.schedules.get(key);
  if (existing !== undefined) {
    return refusal(engineFault(existing.state === 'deleting' ? 'JobScheduleBeingDeleted' : 'JobScheduleExists'));
  }
  if (world.jobs.has(jobKey(schedule.id))) return refusal(engineFault('JobWithSameIdExists'));
  const fault = firstOf(
    () => checkId('id', schedule.id),
    () => checkDisplayName(schedule.displayName),
    () => checkSchedule(schedule, accountMeans(turn)),
    () => checkJobIsSimulated(schedule.jobSpecification, turn.settings),
  );
  if (fault !== undefined) return refusal(fault);
  if (world.activeJobsAndSchedules >= turn.settings.quotas.activeJobsAndSchedules) {
    return refusal(engineFault('ActiveJobAndScheduleQuotaReached'));
  }
  const { metadata, ...rest } = schedule;
  const added = withNextRun(
    {
      ...rest,
      key,
      jobSpecification: withJobDefaults(schedule.jobSpecification),
      ...(metadata === undefined || metadata.length === 0 ? {} : { metadata }),
      creationTime: now,
      lastModified: now,
      state: 'active',
      stateTransitionTime: now,
      jobsMade: 0,
    },
    now,
  );
  world.schedules.put(added);
  advanceSchedule(turn, key);
  return success(scheduleResource(world.schedules.get(key) ?? added));
}

/** Future jobs follow the change, the running one does not; a new schedule counts from now on (batch-semantics 8). */
function changeSchedule(
  turn: Turn,
  schedule: Result<JobSchedule>,
  change: JobSchedulePatch,
  how: 'merge' | 'replace',
): Result<Stamp> {
  if (!schedule.ok) return schedule;
  const fault = firstOf(
    () => checkSchedule(change, accountMeans(turn)),
    () => checkJobIsSimulated(change.jobSpecification ?? {}, turn.settings),
  );
  if (fault !== undefined) return refusal(fault);
  const { metadata: oldMetadata, nextRunTime, ...rest } = schedule.value;
  const metadata = change.metadata ?? (how === 'merge' ? oldMetadata : undefined) ?? [];
  const changed = {
    ...rest,
    ...(change.jobSpecification === undefined ? {} : { jobSpecification: withJobDefaults(change.jobSpecification) }),
    ...(metadata.length === 0 ? {} : { metadata }),
  };
  if (change.schedule === undefined) {
    return stamp(turn, nextRunTime === undefined ? changed : { ...changed, nextRunTime });
  }
  // Due times that have passed do not come again: the next one is later than now unless it was never reached.
  const from = schedule.value.jobsMade === 0 ? turn.now : turn.now + 1;
  return stamp(turn, withNextRun({ ...changed, schedule: change.schedule }, from));
}
