/**
 * All state of one account: the tables, and what is derived from them. Every change goes through a
 * table, so the store's changes, the deadlines and the indexes cannot be forgotten.
 */
import type { Change, RecordKind, StoredRecord } from '../spi/state-store.ts';
import type { Application } from './application.ts';
import { DeadlineQueue, type Deadline } from './deadlines.ts';
import { HOOK_DEADLINES, type Hook, hookDeadlines } from './hook.ts';
import { JOB_DEADLINES, type Job, countsAgainstQuota, jobDeadlines } from './job.ts';
import { JobLedger } from './job-ledger.ts';
import type { ApplicationKey, HookKey, JobKey, NodeKey, PoolKey, ScheduleKey, TaskKey } from './keys.ts';
import { NODE_DEADLINES, type Node, nodeDeadlines, takesTasks, usedSlots } from './node.ts';
import { POOL_DEADLINES, type Pool, poolDeadlines } from './pool.ts';
import { type JobSchedule, SCHEDULE_DEADLINES, isLiveSchedule, scheduleDeadlines } from './schedule.ts';
import { Table } from './table.ts';
import { TASK_DEADLINES, type Task, isReady, placeOf, taskDeadlines } from './task.ts';

/** Numbers that outlive records: the source of sequences and run ids. */
export interface Counters {
  readonly sequence: number;
}

/** How many nodes a pool has, by what becomes of them. */
export interface NodeTally {
  /** Not being removed. */
  readonly dedicated: number;
  readonly lowPriority: number;
  readonly leaving: number;
}

const NO_NODES: NodeTally = { dedicated: 0, lowPriority: 0, leaving: 0 };

export class World {
  readonly pools = new Table<Pool, PoolKey>({ keyOf: (pool) => pool.key });
  readonly nodes = new Table<Node, NodeKey>({ keyOf: (node) => node.key, groupOf: (node) => node.pool });
  readonly jobs = new Table<Job, JobKey>({ keyOf: (job) => job.key });
  readonly tasks = new Table<Task, TaskKey>({ keyOf: (task) => task.key, groupOf: (task) => task.job });
  readonly hooks = new Table<Hook, HookKey>({ keyOf: (hook) => hook.key, groupOf: (hook) => hook.job });
  readonly schedules = new Table<JobSchedule, ScheduleKey>({ keyOf: (schedule) => schedule.key });
  readonly applications = new Table<Application, ApplicationKey>({ keyOf: (application) => application.key });
  readonly deadlines = new DeadlineQueue();

  readonly #ledgers = new Map<JobKey, JobLedger>();
  readonly #jobsOfPool = new Map<PoolKey, Set<JobKey>>();
  readonly #nodeTallies = new Map<PoolKey, NodeTally>();
  readonly #openNodes = new Map<PoolKey, Set<NodeKey>>();
  /** How many completed tasks have files on each node, where any has. */
  readonly #filesOnNode = new Map<NodeKey, number>();
  readonly #hooksOfNode = new Map<NodeKey, Set<HookKey>>();
  readonly #changes = new Map<string, Change>();
  readonly #dirtyPools = new Set<PoolKey>();
  #activeJobs = 0;
  #activeSchedules = 0;
  #sequence = 0;

  constructor() {
    this.#track('pool', this.pools, POOL_DEADLINES, poolDeadlines);
    this.#track('node', this.nodes, NODE_DEADLINES, nodeDeadlines);
    this.#track('job', this.jobs, JOB_DEADLINES, jobDeadlines);
    this.#track('task', this.tasks, TASK_DEADLINES, taskDeadlines);
    this.#track('hook', this.hooks, HOOK_DEADLINES, hookDeadlines);
    this.#track('schedule', this.schedules, SCHEDULE_DEADLINES, scheduleDeadlines);
    this.#track('application', this.applications, [], () => []);
    this.schedules.observe((before, after) => {
      this.#activeSchedules += Number(isLiveSchedule(after)) - Number(isLiveSchedule(before));
    });
    this.pools.observe((before, after) => this.#wake((after ?? before)?.key));
    this.nodes.observe((before, after) => this.#indexNode(before, after));
    this.jobs.observe((before, after) => this.#indexJob(before, after));
    this.tasks.observe((before, after) => this.#indexTask(before, after));
    this.hooks.observe((before, after) => this.#indexHook(before, after));
  }

  nextSequence(): number {
    this.#sequence += 1;
    const record: StoredRecord = { kind: 'meta', key: 'counters', value: { sequence: this.#sequence } };
    this.#changes.set('meta/counters', { put: record });
    return this.#sequence;
  }

  /** Counts and queues of a job's tasks. */
  ledger(job: JobKey): JobLedger {
    let ledger = this.#ledgers.get(job);
    if (ledger === undefined) {
      ledger = new JobLedger();
      this.#ledgers.set(job, ledger);
    }
    return ledger;
  }

  /** Jobs bound to a pool that are not completed. */
  jobsOfPool(pool: PoolKey): readonly Job[] {
    return [...(this.#jobsOfPool.get(pool) ?? [])].flatMap((key) => this.jobs.get(key) ?? []);
  }

  /** Nodes that take tasks and have a free slot. */
  openNodes(pool: PoolKey): readonly Node[] {
    return [...(this.#openNodes.get(pool) ?? [])].flatMap((key) => this.nodes.get(key) ?? []);
  }

  /** A pool's nodes in numbers, without looking at each. */
  nodeTally(pool: PoolKey): NodeTally {
    return this.#nodeTallies.get(pool) ?? NO_NODES;
  }

  hooksOfNode(node: NodeKey): readonly Hook[] {
    return [...(this.#hooksOfNode.get(node) ?? [])].flatMap((key) => this.hooks.get(key) ?? []);
  }

  /** Whether files of completed tasks are still to be kept there. */
  keepsFiles(node: NodeKey): boolean {
    return this.#filesOnNode.has(node);
  }

  /** Jobs and schedules that count against the account's quota. */
  get activeJobsAndSchedules(): number {
    return this.#activeJobs + this.#activeSchedules;
  }

  /** Pools in which something changed that the scheduler may care about, since the last call. */
  takeDirtyPools(): readonly PoolKey[] {
    const pools = [...this.#dirtyPools];
    this.#dirtyPools.clear();
    return pools;
  }

  /** The changes since the last call, one for each record at most. */
  takeChanges(): readonly Change[] {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    return changes;
  }

  /** Fills an empty world from a store's records. */
  restore(records: readonly StoredRecord[]): void {
    for (const { kind, value } of records) {
      if (kind === 'pool') this.pools.put(value as Pool);
      else if (kind === 'node') this.nodes.put(value as Node);
      else if (kind === 'job') this.jobs.put(value as Job);
      else if (kind === 'task') this.tasks.put(value as Task);
      else if (kind === 'hook') this.hooks.put(value as Hook);
      else if (kind === 'schedule') this.schedules.put(value as JobSchedule);
      else if (kind === 'application') this.applications.put(value as Application);
      else if (kind === 'meta') this.#sequence = (value as Counters).sequence;
    }
    this.#changes.clear();
  }

  #track<T extends { readonly key: K }, K extends string>(
    kind: RecordKind,
    table: Table<T, K>,
    names: readonly string[],
    deadlinesOf: (record: T) => readonly Deadline[],
  ): void {
    table.observe((before, after) => {
      const key = (after ?? before)?.key ?? '';
      const id = `${kind}/${key}`;
      this.#changes.set(id, after === undefined ? { delete: { kind, key } } : { put: { kind, key, value: after } });
      this.deadlines.set(id, names, after === undefined ? [] : deadlinesOf(after));
    });
  }

  #wake(pool: PoolKey | undefined): void {
    if (pool !== undefined) this.#dirtyPools.add(pool);
  }

  #indexNode(before: Node | undefined, after: Node | undefined): void {
    const node = after ?? before;
    if (node === undefined) return;
    const slots = this.pools.get(node.pool)?.spec.taskSlotsPerNode ?? 1;
    const isOpen = after !== undefined && takesTasks(after) && usedSlots(after) < slots;
    setMember(this.#openNodes, node.pool, node.key, isOpen);
    if (after === undefined) this.#hooksOfNode.delete(node.key);
    const kinds = [before, after].map((each) => (each === undefined ? undefined : tallied(each)));
    if (kinds[0] !== kinds[1]) this.#countNode(node.pool, kinds);
    this.#wake(node.pool);
  }

  #countNode(pool: PoolKey, [before, after]: readonly (keyof NodeTally | undefined)[]): void {
    const tally = { ...this.nodeTally(pool) };
    if (before !== undefined) tally[before] -= 1;
    if (after !== undefined) tally[after] += 1;
    if (this.nodes.count(pool) === 0) this.#nodeTallies.delete(pool);
    else this.#nodeTallies.set(pool, tally);
  }

  #indexJob(before: Job | undefined, after: Job | undefined): void {
    if (before !== undefined && before.pool !== after?.pool) {
      setMember(this.#jobsOfPool, before.pool, before.key, false);
    }
    if (before !== undefined && countsAgainstQuota(before)) this.#activeJobs -= 1;
    if (after !== undefined && countsAgainstQuota(after)) this.#activeJobs += 1;
    const job = after ?? before;
    if (job === undefined) return;
    if (after !== undefined) setMember(this.#jobsOfPool, after.pool, after.key, after.state !== 'completed');
    else this.#ledgers.delete(job.key);
    this.#wake(job.pool);
  }

  #indexTask(before: Task | undefined, after: Task | undefined): void {
    const task = after ?? before;
    if (task === undefined) return;
    this.ledger(task.job).update(before, after);
    this.#countFiles(before, -1);
    this.#countFiles(after, 1);
    // A deleted task leaves its job's maxParallelTasks before its run leaves the node.
    const wakes = after === undefined ? before !== undefined && placeOf(before) !== undefined : isReady(after);
    if (wakes) this.#wake(this.jobs.get(task.job)?.pool);
  }

  #countFiles(task: Task | undefined, by: 1 | -1): void {
    if (task?.status.state !== 'completed' || task.status.place === undefined || task.status.filesGone === true) return;
    const { node } = task.status.place;
    const count = (this.#filesOnNode.get(node) ?? 0) + by;
    if (count === 0) this.#filesOnNode.delete(node);
    else this.#filesOnNode.set(node, count);
  }

  #indexHook(before: Hook | undefined, after: Hook | undefined): void {
    const hook = after ?? before;
    if (hook !== undefined) setMember(this.#hooksOfNode, hook.node, hook.key, after !== undefined);
  }
}

function tallied({ departure, isDedicated }: Node): keyof NodeTally {
  if (departure?.action === 'remove') return 'leaving';
  return isDedicated ? 'dedicated' : 'lowPriority';
}

function setMember<G, K>(groups: Map<G, Set<K>>, group: G, member: K, isIn: boolean): void {
  const members = groups.get(group);
  if (isIn) {
    if (members === undefined) groups.set(group, new Set([member]));
    else members.add(member);
  } else if (members !== undefined) {
    members.delete(member);
    if (members.size === 0) groups.delete(group);
  }
}
