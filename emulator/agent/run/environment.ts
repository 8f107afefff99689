/**
 * The environment of a task's process: the directories that only the node knows, the user's variables,
 * and what the engine sent (wire-facts 6, batch-semantics 10.2). Nothing of the agent's own environment
 * reaches a task but the search path, the language and the time zone.
 */
import type { NameValue, RunSpec, RunUser } from '../../engine/index.ts';
import { PACKAGE_DIRECTORY } from '../node/layout.ts';
import type { RunPaths } from '../node/layout.ts';

const AZURE_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The example value of batch-semantics 10.1. */
const RESERVED_DISK_BYTES = '1000000';

/** Each name and value once; what `RunSpec.environment` says of the directories is overruled. */
export type TaskEnvironment = Readonly<Record<string, string>>;

export type EnvironmentResult = { readonly variables: TaskEnvironment } | { readonly problem: string };

/** The variables for one run. A user's value that refers to itself in a circle is a problem, in words. */
export function taskEnvironment(
  run: RunSpec,
  paths: RunPaths,
  userName: string,
  agentEnvironment: NodeJS.ProcessEnv,
): EnvironmentResult {
  const fromNode: Record<string, string> = {
    ...inherited(agentEnvironment),
    ...directories(run, paths),
    PATH: searchPath(agentEnvironment['PATH'], paths),
    HOME: paths.workingDirectory,
    PWD: paths.workingDirectory,
    USER: userName,
    AZ_BATCH_TASK_USER: userName,
    AZ_BATCH_TASK_RESERVED_EPHEMERAL_DISK_SPACE_BYTES: RESERVED_DISK_BYTES,
    AZ_BATCH_TASK_RESERVED_DISK_SPACE_BYTES: RESERVED_DISK_BYTES,
    ...identity(run.user),
    ...packageVariables(run, paths),
  };
  return expandAll(fromNode, run.environment);
}

function inherited(agentEnvironment: NodeJS.ProcessEnv): Record<string, string> {
  const { LANG, TZ } = agentEnvironment;
  return { ...(LANG === undefined ? {} : { LANG }), ...(TZ === undefined ? {} : { TZ }) };
}

function directories(run: RunSpec, paths: RunPaths): Record<string, string> {
  const preparation = run.kind === 'startTask' || run.kind === 'preparation' ? undefined : paths.preparationDirectory;
  return {
    AZ_BATCH_NODE_ROOT_DIR: paths.root,
    AZ_BATCH_NODE_SHARED_DIR: `${paths.root}/shared`,
    AZ_BATCH_NODE_STARTUP_DIR: `${paths.root}/startup`,
    AZ_BATCH_NODE_STARTUP_WORKING_DIR: `${paths.root}/startup/wd`,
    AZ_BATCH_NODE_MOUNTS_DIR: `${paths.root}/fsmounts`,
    AZ_BATCH_TASK_DIR: paths.directory,
    AZ_BATCH_TASK_WORKING_DIR: paths.workingDirectory,
    AZ_BATCH_CERTIFICATES_DIR: `${paths.directory}/certs`,
    ...(preparation === undefined
      ? {}
      : { AZ_BATCH_JOB_PREP_DIR: preparation, AZ_BATCH_JOB_PREP_WORKING_DIR: `${preparation}/wd` }),
    ...(isMultiInstance(run) ? { AZ_BATCH_TASK_SHARED_DIR: paths.directory } : {}),
  };
}

function packageVariables({ packages = [] }: RunSpec, { root }: RunPaths): Record<string, string> {
  return Object.fromEntries(
    packages.flatMap(({ directory, variables }) =>
      variables.map((name) => [name, `${root}/${PACKAGE_DIRECTORY}/${directory}`] as const),
    ),
  );
}

/** Primary and subtasks alike know their master (batch-semantics 7). */
function isMultiInstance(run: RunSpec): boolean {
  if (run.kind === 'coordination' || run.kind === 'subtask') return true;
  return run.environment.some(({ name }) => name === 'AZ_BATCH_IS_CURRENT_NODE_MASTER');
}

/** Azure's folders first, then those of this machine that it does not have, then `shared` and `wd` (10.2). */
function searchPath(agentPath: string | undefined, paths: RunPaths): string {
  const own = (agentPath ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return [...new Set([...AZURE_PATH, ...own, `${paths.root}/shared`, paths.workingDirectory])].join(':');
}

function identity(user: RunUser): Record<string, string> {
  if (user.kind === 'named') return {};
  const scope = user.scope === 'pool' ? 'Pool' : 'Task';
  return { AZ_BATCH_TASK_USER_IDENTITY: `${scope}${user.admin ? 'Admin' : 'NonAdmin'}` };
}

const REFERENCE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;

/**
 * `$NAME` and `${NAME}` in a user's value stand for another variable; a name that nobody set stays as it is
 * written, so that a password with a dollar sign survives. `PATH=$PATH:/x` means the node's PATH.
 */
function expandAll(fromNode: Readonly<Record<string, string>>, sent: readonly NameValue[]): EnvironmentResult {
  const isReserved = (name: string): boolean => name.startsWith('AZ_BATCH_') || name === 'CCP_NODES';
  const raw = new Map<string, string>();
  for (const { name, value } of sent) if (!(isReserved(name) && name in fromNode)) raw.set(name, value);
  const done = new Map<string, string>();
  const open = new Set<string>();
  let circle: string | undefined;
  const valueOf = (name: string): string | undefined => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const text = raw.get(name);
    if (text === undefined || open.has(name)) {
      if (text !== undefined && !(name in fromNode)) circle ??= name;
      return fromNode[name];
    }
    if (isReserved(name)) return text;
    open.add(name);
    const value = expand(text, valueOf);
    open.delete(name);
    // Inside a circle the value is provisional: only the outermost one is kept.
    if (open.size === 0) done.set(name, value);
    return value;
  };
  const variables: Record<string, string> = { ...fromNode };
  for (const name of raw.keys()) variables[name] = valueOf(name) ?? '';
  return circle === undefined
    ? { variables }
    : { problem: `the environment variable "${circle}" refers to itself; give it a value of its own` };
}

/** Replaces `$NAME` and `${NAME}` by `valueOf(NAME)` where it is known. */
export function expand(text: string, valueOf: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(REFERENCE, (whole: string, braced: string | undefined, bare: string | undefined) => {
    return valueOf(braced ?? bare ?? '') ?? whole;
  });
}
