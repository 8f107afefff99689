/**
 * Finds and kills what outlives its run by leaving the run's process group: `setsid`, `timeout`, a shell's
 * job control. A run's processes are known by their session, by a variable of their environment, or by it
 * alone when the session is new. Needs `/proc`; elsewhere only the process group is killed.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Long enough to look once for many runs that end together. */
const DELAY_MS = 100;

export class StrayReaper {
  readonly #root: string;
  readonly #isAlone: boolean;
  /** Live runs by directory. A coordination command's services are live until their task ends. */
  readonly #directories = new Map<string, number>();
  readonly #liveSessions = new Set<number>();
  readonly #endedSessions = new Set<number>();
  /** Processes that are nothing of ours, so that each is looked at once. */
  #foreign = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * `root` is the node's root directory, the value of `AZ_BATCH_NODE_ROOT_DIR`. `isAlone` says that every
   * process in sight is the node's, as in a container.
   */
  constructor(root: string, { isAlone }: { readonly isAlone: boolean }) {
    this.#root = root;
    this.#isAlone = isAlone;
  }

  began(directory: string, session: number): void {
    this.#directories.set(directory, (this.#directories.get(directory) ?? 0) + 1);
    this.#liveSessions.add(session);
    this.#endedSessions.delete(session);
  }

  /** Nobody is left in it, so its number may come to mean others. */
  forgetSession(session: number): void {
    this.#liveSessions.delete(session);
  }

  /** The run is over: what is left of it dies now, or within a moment together with others'. */
  ended(directory: string, session: number | undefined, when: 'now' | 'soon'): void {
    const others = (this.#directories.get(directory) ?? 1) - 1;
    if (others > 0) this.#directories.set(directory, others);
    else this.#directories.delete(directory);
    if (session !== undefined) {
      this.#liveSessions.delete(session);
      this.#endedSessions.add(session);
    }
    if (when === 'now') this.#sweep();
    else this.#sweepSoon();
  }

  #sweepSoon(): void {
    this.#timer ??= setTimeout(() => this.#sweep(), DELAY_MS).unref();
  }

  #sweep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pids = processIds();
    let killed = 0;
    const stillForeign = new Set<number>();
    for (const pid of pids) {
      const kind = this.#foreign.has(pid) ? 'foreign' : this.#kindOf(pid);
      if (kind === 'foreign') stillForeign.add(pid);
      if (kind === 'stray' && killProcess(pid)) killed += 1;
    }
    this.#foreign = stillForeign;
    // A process that was forked while we looked shows up in the next round.
    if (killed > 0) this.#sweepSoon();
    else this.#endedSessions.clear();
  }

  #kindOf(pid: number): 'foreign' | 'live' | 'stray' {
    const session = sessionOf(pid);
    if (session === undefined) return 'live';
    if (this.#endedSessions.has(session)) return 'stray';
    if (this.#liveSessions.has(session)) return 'live';
    const environment = readText(`/proc/${pid}/environ`);
    // Root in a container may not see another user's environment: such a process goes with the node's last run.
    if (environment === undefined && this.#isAlone) return this.#directories.size === 0 ? 'stray' : 'live';
    if (environment === undefined || !hasVariable(environment, `AZ_BATCH_NODE_ROOT_DIR=${this.#root}`))
      return 'foreign';
    const directory = /(?:^|\0)AZ_BATCH_TASK_DIR=([^\0]*)/.exec(environment)?.[1] ?? '';
    return this.#directories.has(directory) ? 'live' : 'stray';
  }
}

/**
 * Kills every process that belongs to a node, after its agent is gone: it has the node's root in its
 * environment. Returns how many there were. On systems without `/proc` it finds none.
 */
export function killProcessesOfNode(root: string): number {
  let killed = 0;
  for (let round = 0; round < 10; round += 1) {
    const pids = processIds().filter((pid) => {
      const environment = pid === process.pid ? undefined : readText(`/proc/${pid}/environ`);
      return environment !== undefined && hasVariable(environment, `AZ_BATCH_NODE_ROOT_DIR=${root}`);
    });
    const hit = pids.filter(killProcess).length;
    killed += hit;
    if (hit === 0) break;
  }
  return killed;
}

/** Kills a run's process group; a group that is gone is no error. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // ESRCH: nobody is left.
  }
}

/** Whether any process is in the group. */
export function hasGroup(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}

function killProcess(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** The fourth field after the command's name, which may itself hold blanks and brackets; none for a zombie. */
function sessionOf(pid: number): number | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || session === undefined ? undefined : Number(session);
}

function hasVariable(environment: string, variable: string): boolean {
  return environment.startsWith(`${variable}\0`) || environment.includes(`\0${variable}\0`);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
