/**
 * Who made a container: this very process of this machine. Written on everything we make, so that a later server
 * can tell what a killed one left from what a living one uses.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ServerIdentity {
  /** The machine, seen from the process's own set of process numbers. */
  readonly host: string;
  /** Changes when the machine starts anew. */
  readonly boot: string;
  readonly pid: number;
  /** When the process began, in the system's own unit: a process number is used again. */
  readonly began: string;
}

const LABEL_PART = '/';

let own: ServerIdentity | undefined;

/** This process. */
export function serverIdentity(): ServerIdentity {
  own ??= {
    host: shortHash(`${read('/etc/machine-id') || hostname()} ${processNamespace()}`),
    boot: shortHash(read('/proc/sys/kernel/random/boot_id')),
    pid: process.pid,
    began: beginOf(process.pid) ?? '',
  };
  return own;
}

export function identityLabel({ host, boot, pid, began }: ServerIdentity): string {
  return [host, boot, pid, began].join(LABEL_PART);
}

/**
 * What a label says of its server: `dead` for certain, or not. A server of another machine, or one that cannot be
 * told, counts as alive: nobody's things are removed on a guess.
 */
export function fateOf(label: string): 'alive' | 'dead' {
  const [host, boot, pid, began] = label.split(LABEL_PART);
  const here = serverIdentity();
  const number = Number(pid);
  if (host !== here.host || boot === undefined || !Number.isInteger(number) || number <= 0) return 'alive';
  if (boot !== here.boot) return 'dead';
  const begin = beginOf(number);
  if (begin === undefined) return exists(number) ? 'alive' : 'dead';
  return begin === began ? 'alive' : 'dead';
}

/** Field 22 of the process's status; undefined for a process that is not there, or where there is no `/proc`. */
function beginOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' || state === 'Z' ? undefined : fields[18];
}

function exists(pid: number): boolean {
  // A zombie still has its number, and /proc tells it.
  if (/^\S*\d+ \(.*\) Z /s.test(read(`/proc/${pid}/stat`))) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
