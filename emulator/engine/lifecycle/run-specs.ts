/** Turns start tasks, hook tasks and tasks into runs that a node's agent can carry out. */
import type { Job } from '../domain/job.ts';
import type { Node } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import type { Task } from '../domain/task.ts';
import type {
  ApplicationPackageReference,
  EnvironmentSetting,
  NameValue,
  OutputFile,
  ResourceFile,
  UserIdentity,
} from '../resources/common.ts';
import type { JobPreparationTask, JobReleaseTask } from '../resources/job.ts';
import type { StartTask } from '../resources/pool.ts';
import type { RunOutputFile, RunResourceFile, RunSpec, RunUser } from '../spi/node-runtime.ts';
import type { Turn } from '../turn.ts';
import { packagesToInstall } from './application-packages.ts';

const START_TASK_DIRECTORY = 'startup';

const DEFAULT_HOOK_IDS = { preparation: 'jobpreparation', release: 'jobrelease' } as const;

export function taskDirectory(job: Job, taskId: string): string {
  return `${job.directory}/${taskId}`;
}

export function hookDirectory(job: Job, kind: 'preparation' | 'release'): string {
  const spec = kind === 'preparation' ? job.spec.jobPreparationTask : job.spec.jobReleaseTask;
  return `${job.directory}/${spec?.id ?? DEFAULT_HOOK_IDS[kind]}`;
}

export function startTaskRun(
  turn: Turn,
  place: { readonly pool: Pool; readonly node: Node },
  startTask: StartTask,
  runId: string,
): RunSpec {
  return {
    runId,
    kind: 'startTask',
    directory: START_TASK_DIRECTORY,
    clean: true,
    ...command(turn, startTask.commandLine),
    environment: [...nodeVariables(turn, place.pool, place.node), ...ownVariables(startTask.environmentSettings)],
    ...packages(turn, place.node),
    resourceFiles: resourceFiles(turn, startTask.resourceFiles),
    outputFiles: [],
    user: runUser(place.pool, startTask.userIdentity, 'task'),
    ...(startTask.containerSettings === undefined ? {} : { container: startTask.containerSettings }),
  };
}

export function hookRun(
  turn: Turn,
  place: { readonly pool: Pool; readonly node: Node; readonly job: Job },
  kind: 'preparation' | 'release',
  { spec, runId }: { readonly spec: JobPreparationTask | JobReleaseTask; readonly runId: string },
): RunSpec {
  const { pool, node, job } = place;
  return {
    runId,
    kind,
    directory: hookDirectory(job, kind),
    clean: true,
    ...command(turn, spec.commandLine),
    environment: [
      ...nodeVariables(turn, pool, node),
      { name: 'AZ_BATCH_JOB_ID', value: job.id },
      { name: 'AZ_BATCH_TASK_ID', value: spec.id ?? DEFAULT_HOOK_IDS[kind] },
      ...merged(job.spec.commonEnvironmentSettings, spec.environmentSettings),
    ],
    ...packages(turn, node),
    ...(kind === 'release' ? { preparationDirectory: hookDirectory(job, 'preparation') } : {}),
    resourceFiles: resourceFiles(turn, spec.resourceFiles),
    outputFiles: [],
    user: runUser(pool, spec.userIdentity, 'pool'),
    ...(spec.containerSettings === undefined ? {} : { container: spec.containerSettings }),
  };
}

export function taskRun(
  turn: Turn,
  place: { readonly pool: Pool; readonly node: Node; readonly job: Job; readonly runId: string },
  task: Task,
): RunSpec {
  const { pool, node, job, runId } = place;
  const { spec } = task;
  const earlier = task.attempts?.findLast((attempt) => attempt.place.node === node.key);
  return {
    runId,
    kind: 'task',
    directory: taskDirectory(job, task.id),
    clean: true,
    ...(earlier === undefined ? {} : { earlierAttempt: earlier.number }),
    ...command(turn, spec.commandLine),
    environment: [
      ...nodeVariables(turn, pool, node),
      { name: 'AZ_BATCH_JOB_ID', value: job.id },
      { name: 'AZ_BATCH_TASK_ID', value: task.id },
      ...tokenVariable(turn, job, task),
      ...merged(job.spec.commonEnvironmentSettings, spec.environmentSettings),
    ],
    ...packages(turn, node, spec.applicationPackageReferences),
    ...(job.spec.jobPreparationTask === undefined ? {} : { preparationDirectory: hookDirectory(job, 'preparation') }),
    resourceFiles: resourceFiles(turn, spec.resourceFiles),
    outputFiles: outputFiles(spec.outputFiles),
    ...uploads(turn, task),
    user: runUser(pool, spec.userIdentity, 'pool'),
    ...(spec.containerSettings === undefined ? {} : { container: spec.containerSettings }),
    ...unfitFor(pool, task),
  };
}

/** Where a pool has containers its tasks must ask for one, and elsewhere none may (batch-semantics 10.5). */
function unfitFor({ id, spec: pool }: Pool, { spec: task }: Task): Pick<RunSpec, 'unfit'> {
  const hasContainers = pool.virtualMachineConfiguration?.containerConfiguration !== undefined;
  if (hasContainers === (task.containerSettings !== undefined)) return {};
  const message = hasContainers
    ? `Pool "${id}" has a containerConfiguration, so each of its tasks needs containerSettings.`
    : `The task has containerSettings, and pool "${id}" has no containerConfiguration.`;
  return {
    unfit: {
      category: 'usererror',
      code: 'ContainerInvalidSettings',
      message: 'At least one value of specified task container settings is invalid',
      details: [{ name: 'Message', value: message }],
    },
  };
}

/** How it becomes words, and its end a number, is not known for sure (batch-semantics 15 item 10). */
function command(
  { settings: { openQuestions } }: Turn,
  commandLine: string,
): Pick<RunSpec, 'commandLine' | 'words' | 'signalExitCode'> {
  const { commandLineWords: words, signalExitCode } = openQuestions;
  return {
    commandLine,
    ...(words === 'posix' ? {} : { words }),
    ...(signalExitCode === '128+n' ? {} : { signalExitCode }),
  };
}

/** After which attempts outputs are uploaded is not known for sure (batch-semantics 15 item 7). */
function uploads({ settings: { openQuestions } }: Turn, { spec, retryCount }: Task): Pick<RunSpec, 'noUploads'> {
  const { maxTaskRetryCount } = spec.constraints;
  const isRepeated = maxTaskRetryCount === -1 || retryCount < maxTaskRetryCount;
  const afterFailure = !openQuestions.uploadsEveryAttempt && isRepeated;
  const afterKill = !openQuestions.uploadsAfterTermination;
  if (!afterFailure && !afterKill) return {};
  return { noUploads: { ...(afterFailure ? { afterFailure } : {}), ...(afterKill ? { afterKill } : {}) } };
}

/** Variables that every run on the node sees; directories are added by the agent (wire-facts 6). */
function nodeVariables(turn: Turn, pool: Pool, node: Node): readonly NameValue[] {
  const { accountUrl } = turn.settings;
  return [
    { name: 'AZ_BATCH_ACCOUNT_NAME', value: turn.accountName },
    { name: 'AZ_BATCH_ACCOUNT_URL', value: typeof accountUrl === 'string' ? accountUrl : accountUrl() },
    { name: 'AZ_BATCH_POOL_ID', value: pool.id },
    { name: 'AZ_BATCH_NODE_ID', value: node.id },
    { name: 'AZ_BATCH_NODE_IS_DEDICATED', value: String(node.isDedicated) },
  ];
}

/** Tasks that ask for access to their job get a token for its operations (wire-facts 1.6, 6). */
function tokenVariable(turn: Turn, job: Job, task: Task): readonly NameValue[] {
  const access = task.spec.authenticationTokenSettings?.['access'];
  if (turn.taskTokens === undefined || !Array.isArray(access) || !access.includes('job')) return [];
  const subject = {
    accountName: turn.accountName,
    jobId: job.id,
    jobCreatedAt: job.creationTime,
    taskId: task.id,
  };
  return [{ name: 'AZ_BATCH_AUTHENTICATION_TOKEN', value: turn.taskTokens.mint(subject) }];
}

/** A task's own settings win over the job's common ones (batch-semantics 10.2). */
function merged(
  common: readonly EnvironmentSetting[] | undefined,
  own: readonly EnvironmentSetting[] | undefined,
): readonly NameValue[] {
  const settings = new Map<string, string>();
  for (const { name, value } of [...ownVariables(common), ...ownVariables(own)]) settings.set(name, value);
  return [...settings].map(([name, value]) => ({ name, value }));
}

/** A user cannot set the service's variables: such settings are ignored (open question, the safe reading). */
function ownVariables(settings: readonly EnvironmentSetting[] | undefined): readonly NameValue[] {
  return (settings ?? [])
    .filter(({ name }) => !name.startsWith('AZ_BATCH_'))
    .map(({ name, value }) => ({ name, value: value ?? '' }));
}

/** A URL for linked storage is minted now, when the run starts: it must not expire while the task waits (batch-semantics 9.1). */
export function resourceFiles(turn: Turn, files: readonly ResourceFile[] | undefined): readonly RunResourceFile[] {
  return (files ?? []).flatMap((file): readonly RunResourceFile[] => {
    const mode = file.fileMode === undefined ? {} : { mode: file.fileMode };
    if (file.httpUrl !== undefined) {
      return [{ source: { kind: 'url', url: file.httpUrl }, path: file.filePath ?? '', ...mode }];
    }
    const container = file.storageContainerUrl ?? autoStorageUrl(turn, file.autoStorageContainerName);
    if (container === undefined) return [];
    const prefix = file.blobPrefix === undefined ? {} : { prefix: file.blobPrefix };
    return [
      {
        source: { kind: 'container', url: container, ...prefix },
        path: file.filePath ?? '',
        ...mode,
      },
    ];
  });
}

/** Empty when the account has lost its storage since the request: a node then says that it is no URL. */
function autoStorageUrl({ linkedStorage }: Turn, container: string | undefined): string | undefined {
  return container === undefined ? undefined : (linkedStorage?.containerUrl(container) ?? '');
}

/** Those that the node booted with, and those that the run alone refers to (batch-semantics 9.2). */
function packages(turn: Turn, node: Node, own: readonly ApplicationPackageReference[] = []): Pick<RunSpec, 'packages'> {
  const all = [...(node.packages ?? []), ...packagesToInstall(turn, own)];
  return all.length === 0 ? {} : { packages: all };
}

function outputFiles(files: readonly OutputFile[] | undefined): readonly RunOutputFile[] {
  return (files ?? []).flatMap(({ filePattern, destination, uploadOptions }): readonly RunOutputFile[] => {
    const { container } = destination;
    if (container === undefined) return [];
    return [
      {
        pattern: filePattern,
        containerUrl: container.containerUrl,
        ...(container.path === undefined ? {} : { path: container.path }),
        condition: uploadOptions.uploadCondition,
        ...(container.uploadHeaders === undefined
          ? {}
          : { headers: container.uploadHeaders.map(({ name, value }) => ({ name, value: value ?? '' })) }),
      },
    ];
  });
}

function runUser(pool: Pool, identity: UserIdentity | undefined, defaultScope: 'task' | 'pool'): RunUser {
  if (identity?.username !== undefined) {
    const account = pool.spec.userAccounts?.find(({ name }) => name === identity.username);
    return { kind: 'named', name: identity.username, admin: account?.elevationLevel === 'admin' };
  }
  return {
    kind: 'auto',
    scope: identity?.autoUser?.scope ?? defaultScope,
    admin: identity?.autoUser?.elevationLevel === 'admin',
  };
}
