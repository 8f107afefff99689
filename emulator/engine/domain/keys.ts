/**
 * Keys by which the engine finds things. Ids keep their case and are compared without it
 * (wire-facts 1.16); a key is the folded id, branded so that it cannot be mistaken for one.
 */

declare const brand: unique symbol;
type Key<B extends string> = string & { readonly [brand]: B };

export type PoolKey = Key<'pool'>;
export type NodeKey = Key<'node'>;
export type JobKey = Key<'job'>;
export type TaskKey = Key<'task'>;
export type HookKey = Key<'hook'>;
export type ApplicationKey = Key<'application'>;
export type ScheduleKey = Key<'schedule'>;

export function poolKey(poolId: string): PoolKey {
  return poolId.toLowerCase() as PoolKey;
}

export function nodeKey(nodeId: string): NodeKey {
  return nodeId.toLowerCase() as NodeKey;
}

export function jobKey(jobId: string): JobKey {
  return jobId.toLowerCase() as JobKey;
}

export function scheduleKey(scheduleId: string): ScheduleKey {
  return scheduleId.toLowerCase() as ScheduleKey;
}

export function applicationKey(applicationId: string): ApplicationKey {
  return applicationId.toLowerCase() as ApplicationKey;
}

/** `/` is in no id, so a job's tasks share a prefix that no other job's have. */
export function taskKey(job: JobKey, taskId: string): TaskKey {
  return `${job}/${taskId.toLowerCase()}` as TaskKey;
}

export function hookKey(job: JobKey, node: NodeKey): HookKey {
  return `${job}/${node}` as HookKey;
}
