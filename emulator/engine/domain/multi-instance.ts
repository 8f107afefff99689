/**
 * A multi-instance task on its nodes: coordination everywhere, then the application on the primary
 * (batch-semantics 7). The steps are pure; what the task becomes in the end is decided by `task.ts`.
 */
import type { Instant } from '../../../core/kernel/index.ts';
import type { ContainerInfo, TaskFailure } from '../resources/common.ts';
import type { RunResult } from '../spi/node-runtime.ts';
import { failureOfExitCode } from './failures.ts';
import type { NodeKey } from './keys.ts';

/** Where a task was put, and the run that it became there. */
export interface Placement {
  readonly node: NodeKey;
  readonly nodeId: string;
  readonly poolId: string;
  readonly runId: string;
}

/** One of the task's instances. The first is the primary, the others are the subtasks 1, 2, …. */
export interface Instance {
  readonly place: Placement;
  readonly startTime: Instant;
  readonly endTime?: Instant;
  readonly exitCode?: number;
  readonly failure?: TaskFailure;
  readonly container?: ContainerInfo;
  /** Its coordination command has not ended yet. */
  readonly isCoordinating: boolean;
}

export interface MultiRun {
  readonly instances: readonly Instance[];
  readonly application: 'waiting' | 'running' | 'ended';
  /** How the whole has ended; it waits for what still runs. */
  readonly verdict?: RunResult;
}

/** The run of the primary's coordination command; its application command has the placement's own run id. */
export function coordinationRunId(place: Placement): string {
  return `${place.runId}.coordination`;
}

/** The placement's run id, of either of the primary's runs. */
export function claimOf(runId: string): string {
  return runId.replace(/\.coordination$/, '');
}

export function beginMultiRun(places: readonly Placement[], now: Instant): MultiRun {
  return {
    instances: places.map((place) => ({ place, startTime: now, isCoordinating: true })),
    application: 'waiting',
  };
}

/** Runs that a node still carries out, by which it is told to stop. */
export function liveRuns(run: MultiRun): readonly { readonly place: Placement; readonly runId: string }[] {
  return run.instances.flatMap(({ place, isCoordinating }, index) => {
    if (index === 0 && run.application === 'running') return [{ place, runId: place.runId }];
    if (!isCoordinating) return [];
    return [{ place, runId: index === 0 ? coordinationRunId(place) : place.runId }];
  });
}

/** The application may start when every coordination command has succeeded. */
export function mayStartApplication(run: MultiRun): boolean {
  return (
    run.application === 'waiting' &&
    run.verdict === undefined &&
    run.instances.every(({ isCoordinating }) => !isCoordinating)
  );
}

/** A coordination command has ended; the first failure is the verdict on the whole task. */
export function endCoordination(run: MultiRun, index: number, result: RunResult, now: Instant): MultiRun {
  const failure = result.failure ?? failureOfExitCode(result.exitCode);
  const instances = run.instances.map((instance, at) =>
    at === index
      ? {
          ...instance,
          isCoordinating: false,
          endTime: now,
          ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
          ...(failure === undefined ? {} : { failure: plain(failure) }),
          ...(result.container === undefined ? {} : { container: result.container }),
        }
      : instance,
  );
  return failure === undefined ? { ...run, instances } : { ...run, instances, verdict: run.verdict ?? result };
}

export function endApplication(run: MultiRun, result: RunResult): MultiRun {
  return { ...run, application: 'ended', verdict: run.verdict ?? result };
}

/** A node is gone: what ran there has stopped without an end. */
export function loseInstance(run: MultiRun, node: NodeKey, now: Instant): MultiRun {
  const index = run.instances.findIndex(({ place }) => place.node === node);
  return {
    ...run,
    instances: run.instances.map((instance, at) =>
      at === index ? { ...instance, isCoordinating: false, endTime: instance.endTime ?? now } : instance,
    ),
    application: index === 0 && run.application === 'running' ? 'ended' : run.application,
  };
}

function plain({ category, code, message, details }: TaskFailure): TaskFailure {
  return { category, code, message, ...(details === undefined ? {} : { details }) };
}
