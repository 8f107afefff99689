// A Batch service and a storage account in memory, on a virtual clock, for tests of the workflow. What pools, nodes and
// tasks do is a function of their age, so a test tells a whole life in a line. Real behaviour is the emulator's matter.
import { setImmediate as immediate } from 'node:timers/promises';
import { FaultError, VirtualClock } from '../../core/index.ts';
import type {
  BatchService,
  Blob,
  BlobStorage,
  CallOptions,
  FaultCode,
  HookStatus,
  Job,
  JobSpec,
  LocalFile,
  LocalFiles,
  Node,
  NodeFile,
  Pool,
  PoolSpec,
  Progress,
  Reporter,
  SasRequest,
  Schedule,
  ScheduleSpec,
  Subtask,
  SupportedImage,
  Task,
  TaskSpec,
  Workflow,
} from '../../core/index.ts';

/** What a test decides: everything has a default that succeeds at once. `age` is in milliseconds. */
export interface Script {
  images?: readonly SupportedImage[];
  pool?: (spec: PoolSpec, age: number) => Partial<Pool>;
  nodes?: (spec: PoolSpec, age: number) => readonly Node[];
  task?: (spec: TaskSpec, age: number) => TaskPart;
  job?: Partial<Job>;
  hooks?: readonly HookStatus[];
  subtasks?: readonly Subtask[];
  schedule?: (spec: ScheduleSpec, age: number) => Partial<Schedule>;
  jobsOfSchedule?: (spec: ScheduleSpec, age: number) => readonly Job[];
  /** Content of files on nodes, by path; one that differs from job to job is a function of the job's id. */
  nodeFiles?: Readonly<Record<string, string | ((jobId: string) => string)>>;
  /** Throws what a call is to fail with; `call` is for example `pools.create p1`. */
  failing?: (call: string) => FaultError | undefined;
}

export type TaskPart = { readonly retryCount?: number } & (
  | Omit<Extract<Task, { state: 'completed' }>, keyof TaskCommon>
  | { readonly state: 'active' }
  | RunningPart
);
type TaskCommon = Omit<Extract<Task, { state: 'active' }>, 'state'>;
type RunningPart = Omit<Extract<Task, { state: 'running' }>, keyof TaskCommon>;

export const jammy: SupportedImage = {
  image: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts', version: 'latest' },
  nodeAgentSkuId: 'batch.node.ubuntu 22.04',
  osType: 'linux',
  verified: true,
  capabilities: [],
};

export function node(id: string, part: Partial<Node> = {}): Node {
  return { id, poolId: 'pool', state: 'idle', isDedicated: true, errors: [], ...part };
}

export function fault(code: FaultCode, message = `${code}.`, serviceCode?: string): FaultError {
  return new FaultError({ code, message, ...(serviceCode === undefined ? {} : { service: { code: serviceCode } }) });
}

interface Kept<T> {
  readonly spec: T;
  readonly since: number;
}

export class FakeCloud {
  readonly clock = new VirtualClock();
  readonly pools = new Map<string, Kept<PoolSpec>>();
  readonly jobs = new Map<string, Kept<JobSpec>>();
  readonly schedules = new Map<string, Kept<ScheduleSpec>>();
  readonly tasks = new Map<string, Kept<TaskSpec>[]>();
  /** Blobs by container. */
  readonly containers = new Map<string, Map<string, Uint8Array>>();
  /** Files written on this machine, by name. */
  readonly written = new Map<string, string>();
  readonly lines: string[] = [];
  /** Questions asked, and the answers they get; without one the default. */
  readonly asked: string[] = [];
  readonly answers: boolean[] = [];
  readonly calls: string[] = [];
  readonly abort = new AbortController();
  readonly script: Script;
  readonly #terminated = new Set<string>();

  constructor(script: Script = {}) {
    this.script = script;
  }

  get workflow(): Workflow {
    return {
      clock: this.clock,
      signal: this.abort.signal,
      batch: this.batch,
      storage: this.storage,
      files: this.files,
      staging: { stage: () => Promise.resolve({ httpUrl: 'http://programs/node', uploaded: false }) },
      reporter: this.#reporter(),
      questions: {
        confirm: (question, byDefault) => {
          this.asked.push(`${question} ${byDefault ? 'yes' : 'no'}`);
          return Promise.resolve(this.answers.shift() ?? byDefault);
        },
      },
    };
  }

  /** Runs the clock until the work is done; what waits for real I/O cannot be in it. */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { settled: false };
    const watched = work.finally(() => {
      state.settled = true;
    });
    watched.catch(() => undefined);
    for (let turns = 0; !state.settled; turns += 1) {
      if (turns > 20_000) throw new Error('The work does not end on the virtual clock.');
      await immediate();
      if (!state.settled) this.clock.fireNext();
    }
    return watched;
  }

  #called(call: string, options: CallOptions = {}): void {
    if (options.signal?.aborted === true) throw fault('cancelled', 'Interrupted.');
    this.calls.push(call);
    const failure = this.script.failing?.(call);
    if (failure !== undefined) throw failure;
  }

  get batch(): BatchService {
    return {
      images: { list: () => each(this.script.images ?? [jammy]) },
      pools: {
        ...unused,
        create: async (spec, options) => {
          this.#called(`pools.create ${spec.id}`, options);
          if (this.pools.has(spec.id)) throw fault('alreadyExists', 'The pool exists.', 'PoolExists');
          this.pools.set(spec.id, { spec, since: this.clock.now() });
        },
        get: async (id, options) => {
          this.#called(`pools.get ${id}`, options);
          return this.#pool(kept(this.pools, id));
        },
        exists: async (id) => this.pools.has(id),
        list: () => each([...this.pools.values()].map((pool) => this.#pool(pool))),
        delete: async (id, options) => {
          this.#called(`pools.delete ${id}`, options);
          kept(this.pools, id);
          this.pools.delete(id);
        },
        nodes: (id) => each(() => this.#nodes(kept(this.pools, id))),
      },
      jobs: {
        ...unused,
        create: async (spec, options) => {
          this.#called(`jobs.create ${spec.id}`, options);
          if (this.jobs.has(spec.id)) throw fault('alreadyExists', 'The job exists.', 'JobExists');
          this.jobs.set(spec.id, { spec, since: this.clock.now() });
        },
        get: async (id) => {
          const { spec } = kept(this.jobs, id);
          const state = this.#terminated.has(id) ? 'completed' : 'active';
          return { id, state, poolId: spec.poolId, priority: 0, metadata: {}, ...this.script.job };
        },
        list: () => each([]),
        delete: async (id, options) => {
          this.#called(`jobs.delete ${id}`, options);
          kept(this.jobs, id);
          this.jobs.delete(id);
        },
        taskCounts: async (id, options) => {
          this.#called(`jobs.taskCounts ${id}`, options);
          const tasks = this.#tasks(id);
          const completed = tasks.filter((task) => task.state === 'completed');
          const failed = completed.filter((task) => task.state === 'completed' && task.result === 'failure').length;
          const running = tasks.filter((task) => task.state === 'running').length;
          const active = tasks.length - completed.length - running;
          return { active, running, completed: completed.length, failed, succeeded: completed.length - failed };
        },
        terminate: async (id, _reason, options) => {
          this.#called(`jobs.terminate ${id}`, options);
          this.#terminated.add(id);
        },
        hooks: () => each(this.script.hooks ?? []),
      },
      schedules: this.#schedulePort(),
      tasks: {
        ...unused,
        addAll: async (jobId, specs, options) => {
          this.#called(`tasks.addAll ${jobId} ${specs.length}`, options);
          this.tasks.set(
            jobId,
            specs.map((spec) => ({ spec, since: this.clock.now() })),
          );
          return [];
        },
        get: async (jobId, id) => {
          const since = this.clock.now();
          return this.#task(jobId, { spec: { id, commandLine: '' }, since });
        },
        list: (jobId) => each(this.#tasks(jobId)),
        subtasks: () => each(this.script.subtasks ?? []),
      },
      files: {
        listOfTask: () => each([]),
        listOfNode: () => each(this.#nodeFiles()),
        statOfTask: async (jobId, _task, path) => {
          const file = this.#nodeFiles(jobId).find(({ name }) => name === path);
          if (file === undefined) throw fault('notFound');
          return file;
        },
        readOfTask: (jobId, _task, path, options) => this.#read(path, options?.range?.start ?? 0, jobId),
        readOfNode: (_pool, _node, path, options) => this.#read(path, options?.range?.start ?? 0),
      },
    };
  }

  #schedulePort(): BatchService['schedules'] {
    const age = ({ since }: Kept<unknown>): number => this.clock.now() - since;
    return {
      ...unused,
      create: async (spec, options) => {
        this.#called(`schedules.create ${spec.id}`, options);
        this.schedules.set(spec.id, { spec, since: this.clock.now() });
      },
      get: async (id) => {
        const schedule = kept(this.schedules, id);
        const { recurrence } = schedule.spec;
        const scripted = this.script.schedule?.(schedule.spec, age(schedule));
        return { id, state: 'active', recurrence, metadata: {}, ...scripted };
      },
      list: () => each([]),
      jobs: (id) =>
        each(() => {
          const schedule = kept(this.schedules, id);
          return this.script.jobsOfSchedule?.(schedule.spec, age(schedule)) ?? [];
        }),
      terminate: async (id, options) => {
        this.#called(`schedules.terminate ${id}`, options);
      },
      delete: async (id, options) => {
        this.#called(`schedules.delete ${id}`, options);
        kept(this.schedules, id);
        this.schedules.delete(id);
      },
    };
  }

  get storage(): BlobStorage {
    const blobsOf = (container: string): Map<string, Uint8Array> => kept(this.containers, container);
    return {
      account: { name: 'account1', blobEndpoint: 'http://127.0.0.1:10000/account1' },
      ensureContainer: async (container, options) => {
        this.#called(`ensureContainer ${container}`, options);
        if (!this.containers.has(container)) this.containers.set(container, new Map());
      },
      deleteContainer: async (container, options) => {
        this.#called(`deleteContainer ${container}`, options);
        this.containers.delete(container);
      },
      upload: async (container, blob, file, options) => {
        this.#called(`upload ${blob}`, options);
        blobsOf(container).set(blob, new Uint8Array(file.size));
      },
      has: async (container, blob, size) => blobsOf(container).get(blob)?.length === size,
      list: (container) =>
        each(() => [...blobsOf(container)].map(([name, bytes]): Blob => ({ name, size: bytes.length }))),
      download: (container, blob) => each(() => [kept(blobsOf(container), blob)]),
      sasUrl: async ({ container, blob, permissions, expiresAt }: SasRequest) =>
        `http://blobs/${container}${blob === undefined ? '' : `/${encodeURIComponent(blob)}`}?sp=${permissions.join('')}&se=${expiresAt}&sig=secret`,
    };
  }

  get files(): LocalFiles {
    return {
      expand: async (paths) =>
        paths.map((path): LocalFile => ({ name: path.split('/').at(-1) ?? path, path, size: 10 })),
      write: async (directory, name, content) => {
        let text = '';
        for await (const chunk of content) text += new TextDecoder().decode(chunk);
        this.written.set(name, text);
        return `${directory}/${name}`;
      },
    };
  }

  #pool({ spec, since }: Kept<PoolSpec>): Pool {
    const { image, nodeAgentSkuId, startTask } = spec;
    return {
      id: spec.id,
      state: 'active',
      allocationState: 'steady',
      vmSize: spec.vmSize,
      image,
      nodeAgentSkuId,
      currentDedicatedNodes: spec.targetDedicatedNodes,
      targetDedicatedNodes: spec.targetDedicatedNodes,
      currentLowPriorityNodes: 0,
      targetLowPriorityNodes: 0,
      taskSlotsPerNode: spec.taskSlotsPerNode ?? 1,
      interNodeCommunication: false,
      ...(startTask === undefined ? {} : { startTask }),
      resizeErrors: [],
      metadata: {},
      ...this.script.pool?.(spec, this.clock.now() - since),
    };
  }

  #nodes({ spec, since }: Kept<PoolSpec>): readonly Node[] {
    if (this.script.nodes !== undefined) return this.script.nodes(spec, this.clock.now() - since);
    return Array.from({ length: spec.targetDedicatedNodes }, (_, index) => node(`node${index}`));
  }

  #tasks(jobId: string): readonly Task[] {
    return (this.tasks.get(jobId) ?? []).map((task) => this.#task(jobId, task));
  }

  #task(jobId: string, { spec, since }: Kept<TaskSpec>): Task {
    const part = this.script.task?.(spec, this.clock.now() - since) ?? {
      state: 'completed',
      result: 'success',
      exitCode: 0,
    };
    return { id: spec.id, jobId, commandLine: spec.commandLine, retryCount: 0, requeueCount: 0, ...part };
  }

  #nodeFiles(jobId = ''): readonly NodeFile[] {
    const files = Object.entries(this.script.nodeFiles ?? {});
    return files.map(([name, file]) => ({ name, isDirectory: false, size: textOf(file, jobId).length }));
  }

  async *#read(path: string, start: number, jobId = ''): AsyncIterable<Uint8Array> {
    const file = this.script.nodeFiles?.[path];
    if (file === undefined) throw fault('notFound');
    yield new TextEncoder().encode(textOf(file, jobId).slice(start));
  }

  #reporter(): Reporter {
    const say = (line: string): void => void this.lines.push(line);
    return {
      step: say,
      detail: say,
      warn: (text) => say(`warning: ${text}`),
      fact: () => undefined,
      progress: (title): Progress => ({
        update: (detail) => say(`${title}: ${detail}`),
        done: (summary) => say(`${title} done: ${summary ?? ''}`),
        fail: () => say(`${title} failed`),
      }),
    };
  }
}

function textOf(file: string | ((jobId: string) => string), jobId: string): string {
  return typeof file === 'string' ? file : file(jobId);
}

/** As the service's lists: lazy, so a failure comes with the first item. */
async function* each<T>(items: readonly T[] | (() => readonly T[])): AsyncIterable<T> {
  yield* typeof items === 'function' ? items() : items;
}

function kept<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw fault('notFound', `There is no ${key}.`);
  return value;
}

/** Methods that no workflow calls. */
const refuse = (): never => {
  throw new Error('The fake cloud has no such call.');
};
const unused = {
  resize: refuse,
  rebootNode: refuse,
  terminateWhenTasksComplete: refuse,
  disable: refuse,
  enable: refuse,
  terminate: refuse,
  get: refuse,
  reactivate: refuse,
  delete: refuse,
};
