/**
 * Reads `containerRunOptions`: the options of `docker create` that mean something on a node that is a container itself.
 * Everything else is a problem in words, never ignored silently (batch-semantics 10.5).
 */
import { posix } from 'node:path';
import { splitWords } from '../../../emulator/agent/index.ts';
import { NODE_ROOT } from '../container/inside-paths.ts';

export interface RunOptions {
  /** `NAME=value`, after the task's own variables. */
  readonly environment: readonly string[];
  readonly workingDirectory?: string;
  /** A list of one word, or of none for `--entrypoint ""`. */
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  readonly nanoCpus?: number;
  readonly memoryBytes?: number;
  readonly shmBytes?: number;
  /** Without any network: not even the node's. */
  readonly hasNetwork: boolean;
  readonly isReadOnly: boolean;
  /** `target:options` by target, as the engine takes them. */
  readonly tmpfs: Readonly<Record<string, string>>;
  /** Folders of the node, below its root, at other places of the container. */
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly isReadOnly: boolean }[];
  readonly labels: Readonly<Record<string, string>>;
}

export type ParsedOptions = { readonly options: RunOptions } | { readonly problem: string };

interface Draft {
  environment: string[];
  tmpfs: Record<string, string>;
  mounts: RunOptions['mounts'][number][];
  labels: Record<string, string>;
  hasNetwork: boolean;
  isReadOnly: boolean;
  single: Partial<
    Pick<RunOptions, 'workingDirectory' | 'entrypoint' | 'user' | 'nanoCpus' | 'memoryBytes' | 'shmBytes'>
  >;
}

/** Takes an option's value into the draft; a text says what is wrong with it. */
type Taker = (draft: Draft, value: string) => string | undefined;

const SHORT: Readonly<Record<string, string>> = {
  '-e': '--env',
  '-w': '--workdir',
  '-u': '--user',
  '-m': '--memory',
  '-c': '--cpu-shares',
  '-v': '--volume',
  '-l': '--label',
  '-p': '--publish',
  '-h': '--hostname',
  '-i': '--interactive',
  '-t': '--tty',
  '-d': '--detach',
};

const WITH_VALUE: Readonly<Record<string, Taker>> = {
  '--env': (draft, value) => {
    draft.environment.push(value.includes('=') ? value : `${value}=`);
    return value.startsWith('=') || value === '' ? 'a variable needs a name' : undefined;
  },
  '--workdir': (draft, value) => {
    draft.single = { ...draft.single, workingDirectory: value };
    return value.startsWith('/') ? undefined : 'it must be an absolute path';
  },
  '--entrypoint': (draft, value) => {
    draft.single = { ...draft.single, entrypoint: value === '' ? [] : [value] };
    return undefined;
  },
  '--user': (draft, value) => {
    draft.single = { ...draft.single, user: value };
    return value === '' ? 'a user is missing' : undefined;
  },
  '--cpus': (draft, value) => {
    const cpus = Number(value);
    draft.single = { ...draft.single, nanoCpus: Math.round(cpus * 1e9) };
    return cpus > 0 && Number.isFinite(cpus) ? undefined : 'it must be a number above 0';
  },
  '--memory': (draft, value) => {
    const bytes = bytesOf(value);
    if (bytes !== undefined) draft.single = { ...draft.single, memoryBytes: bytes };
    return bytes === undefined ? 'it must be a size such as 512m or 2g' : undefined;
  },
  '--shm-size': (draft, value) => {
    const bytes = bytesOf(value);
    if (bytes !== undefined) draft.single = { ...draft.single, shmBytes: bytes };
    return bytes === undefined ? 'it must be a size such as 512m or 2g' : undefined;
  },
  '--network': network,
  '--net': network,
  '--tmpfs': (draft, value) => {
    const [target = '', options = ''] = value.split(/:(.*)/s);
    draft.tmpfs[target] = options;
    return target.startsWith('/') ? undefined : 'it must be an absolute path';
  },
  '--volume': (draft, value) => {
    const [source = '', target = '', mode = 'rw'] = value.split(':');
    return takeMount(draft, { source, target, isReadOnly: mode.split(',').includes('ro') });
  },
  '--mount': (draft, value) => {
    const parts = new Map(value.split(',').map((part) => splitAtEquals(part)));
    const type = parts.get('type') ?? 'volume';
    if (type !== 'bind') return `mounts of type ${type} are not supported, only bind`;
    return takeMount(draft, {
      source: parts.get('source') ?? parts.get('src') ?? '',
      target: parts.get('target') ?? parts.get('destination') ?? parts.get('dst') ?? '',
      isReadOnly: parts.has('readonly') || parts.has('ro'),
    });
  },
  '--label': (draft, value) => {
    const [name, text] = splitAtEquals(value);
    draft.labels[name] = text;
    // Ours tell whose the container is.
    return name.startsWith('batchrite.') ? 'that name belongs to the emulator' : undefined;
  },
  // A container shares the node's network, so its ports are the node's already.
  '--publish': (_draft, value) => {
    const [host, inside] = value
      .replace(/\/(tcp|udp)$/, '')
      .split(':')
      .slice(-2);
    return inside === undefined || host === inside ? undefined : 'ports keep their numbers: write PORT:PORT';
  },
  '--name': nothing,
  '--cidfile': nothing,
  '--cpu-shares': nothing,
  '--pull': nothing,
  '--restart': (_draft, value) => (value === 'no' ? undefined : 'a task is started again by Batch, not by Docker'),
};

/** Flags that change nothing here, because it is so anyway or because nobody sees it. */
const FLAGS: Readonly<Record<string, (draft: Draft) => void>> = {
  '--rm': () => undefined,
  '--init': () => undefined,
  '--interactive': () => undefined,
  '--detach': () => undefined,
  '--read-only': (draft) => {
    draft.isReadOnly = true;
  },
};

/** Reads the options. A problem names the option, its value and what is wrong. */
export function parseRunOptions(text: string): ParsedOptions {
  const split = splitWords(text);
  if ('problem' in split) return { problem: `containerRunOptions cannot be split into words: ${split.problem}` };
  const draft: Draft = {
    environment: [],
    tmpfs: {},
    mounts: [],
    labels: {},
    hasNetwork: true,
    isReadOnly: false,
    single: {},
  };
  const words = [...split.words];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const problem = take(draft, word, words);
    if (problem !== undefined) return { problem };
  }
  const { single, ...rest } = draft;
  return { options: { ...rest, ...single } };
}

/** Takes one option, and its value from the words that follow. */
function take(draft: Draft, word: string, following: string[]): string | undefined {
  const { name, attached } = optionOf(word);
  const flag = own(FLAGS, name);
  if (flag !== undefined) {
    if (attached !== undefined && attached !== 'true') return `the option ${name} takes no value here`;
    flag(draft);
    return undefined;
  }
  const taker = own(WITH_VALUE, name);
  if (taker === undefined) {
    return word.startsWith('-')
      ? `the container run option ${name} is not supported by this emulator; remove it`
      : `"${word}" in containerRunOptions is no option`;
  }
  const value = attached ?? following.shift();
  if (value === undefined) return `the option ${name} needs a value`;
  const problem = taker(draft, value);
  return problem === undefined ? undefined : `the option ${name} ${JSON.stringify(value)} cannot be used: ${problem}`;
}

function optionOf(word: string): { readonly name: string; readonly attached?: string } {
  if (word.startsWith('--')) {
    const [name, value] = splitAtEquals(word);
    return word.includes('=') ? { name, attached: value } : { name };
  }
  const long = own(SHORT, word.slice(0, 2)) ?? word.slice(0, 2);
  // `-eNAME=value` and `-e NAME=value` are the same.
  return word.length > 2 ? { name: long, attached: word.slice(2) } : { name: long };
}

function network(draft: Draft, value: string): string | undefined {
  draft.hasNetwork = value !== 'none';
  return ['none', 'host', 'bridge', 'default'].includes(value) ? undefined : 'use host, bridge or none';
}

function nothing(): undefined {
  return undefined;
}

function takeMount(draft: Draft, mount: RunOptions['mounts'][number]): string | undefined {
  draft.mounts.push(mount);
  const source = posix.normalize(mount.source);
  if (source !== NODE_ROOT && !source.startsWith(`${NODE_ROOT}/`)) {
    return `only what is below the node's root directory ${NODE_ROOT} can be mounted`;
  }
  return mount.target.startsWith('/') ? undefined : 'the place in the container must be an absolute path';
}

function bytesOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([bkmg]?)b?$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase().replace('b', ''));
}

function splitAtEquals(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
