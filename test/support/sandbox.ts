// A corner of this machine for one test: a working folder, a temporary folder that is nobody else's, and the commands
// that were started in them. What a command starts is found by them, so that a test can tell that nothing is left.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const launcher = join(import.meta.dirname, '../../adapters/cli/launcher.mjs');

/** What a person has who has configured nothing: accounts and debug switches of whoever runs the tests are left out. */
const inherited = ['PATH', 'HOME', 'LANG'] as const;

export interface Ended {
  /** The exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MachineProcess {
  readonly pid: number;
  readonly command: string;
}

/** A command that runs, with what it has said so far. */
export class Command {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    const heard = (stream: 'stdout' | 'stderr') => (text: string) => {
      this[stream] += text;
      for (const look of this.#waiting) look();
    };
    child.stdout?.setEncoding('utf8').on('data', heard('stdout'));
    child.stderr?.setEncoding('utf8').on('data', heard('stderr'));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve({ code: code ?? undefined, signal: signal ?? undefined, stdout: this.stdout, stderr: this.stderr }),
      );
    });
  }

  /** Resolves once the standard output matches; rejects when the command ends without, or says nothing of it for long. */
  async says(pattern: RegExp, withinMs = 30_000): Promise<RegExpExecArray> {
    const found = Promise.withResolvers<RegExpExecArray>();
    const look = (): void => {
      const match = pattern.exec(this.stdout);
      if (match !== null) found.resolve(match);
    };
    const giveUp = (why: string): void =>
      found.reject(new Error(`${why} without a word of ${pattern}.\n${this.stdout}${this.stderr}`));
    const timer = setTimeout(() => giveUp(`The command went on for ${withinMs} ms`), withinMs);
    this.#waiting.add(look);
    void this.ended.then(({ code, signal }) => giveUp(`The command ended (${code ?? signal})`));
    look();
    try {
      return await found.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }

  /** Types on its terminal, or writes to its pipe. */
  types(text: string): void {
    this.#child.stdin?.write(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** As Ctrl-C on a terminal: to the whole process group. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }
}

export interface StartOptions {
  /** The Node that starts it; the test's own by default. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it runs on a terminal, answered with `types`. */
  readonly terminal?: boolean;
}

export class Sandbox {
  /** Where commands run. */
  readonly folder: string;
  /** Their folder for temporary files. */
  readonly temporary: string;

  constructor(root: string) {
    this.folder = join(root, 'here');
    this.temporary = join(root, 'tmp');
  }

  /** Starts `batchrite` with these arguments, in a session of its own. */
  start(args: readonly string[], options: StartOptions = {}): Command {
    const node = options.node ?? process.execPath;
    const command = [node, launcher, ...args];
    // `script` comes with every Linux; it gives its child a terminal, which has no size yet, and hands over what it reads.
    const onTerminal = ['script', '-qfec', `stty cols 160 rows 50; exec ${command.map(quoted).join(' ')}`, '/dev/null'];
    const [program = '', ...rest] = options.terminal ? onTerminal : command;
    const child = spawn(program, rest, {
      cwd: this.folder,
      env: { ...this.environment(), ...(options.terminal ? { TERM: 'xterm' } : {}), ...options.env },
      detached: true,
      stdio: [options.terminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    return new Command(child);
  }

  run(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  environment(): Record<string, string> {
    const own = inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']]));
    return { ...(Object.fromEntries(own) as Record<string, string>), TMPDIR: this.temporary };
  }

  async write(path: string, content: string | Uint8Array): Promise<string> {
    const full = join(this.folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, content);
    return full;
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8');
  }

  /** Processes that were started here, by anyone's hand: they know the temporary folder, or they stand in it. */
  async processes(): Promise<readonly MachineProcess[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const found = await Promise.all(pids.map((pid) => this.#own(pid)));
    return found.filter((each) => each !== undefined);
  }

  async #own(pid: number): Promise<MachineProcess | undefined> {
    try {
      const [environment, command] = await Promise.all([
        readFile(`/proc/${pid}/environ`, 'utf8'),
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
      ]);
      const place = await readlink(`/proc/${pid}/cwd`);
      const isOwn = `${environment}\0${command}\0${place}`.includes(this.temporary);
      // A process that has ended and waits to be collected has no command line any more.
      return isOwn && command !== '' ? { pid, command: command.replaceAll('\0', ' ').trim() } : undefined;
    } catch {
      return undefined;
    }
  }

  /** What commands have left: processes, and entries of the temporary folder. */
  async leftovers(): Promise<{ readonly processes: readonly string[]; readonly files: readonly string[] }> {
    const processes = (await this.processes()).map(({ pid, command }) => `${pid} ${command}`);
    return { processes, files: await readdir(this.temporary) };
  }

  async close(): Promise<void> {
    for (const { pid } of await this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
    await rm(dirname(this.folder), { recursive: true, force: true, maxRetries: 5 });
  }
}

export const nothing = { processes: [], files: [] } as const;

/** Opens a sandbox that is cleared away, with all processes in it, when the test has ended. */
export async function createSandbox(): Promise<Sandbox> {
  const sandbox = new Sandbox(await mkdtemp(join(tmpdir(), 'batchrite-e2e-')));
  onTestFinished(() => sandbox.close());
  await Promise.all([mkdir(sandbox.folder), mkdir(sandbox.temporary)]);
  return sandbox;
}

function quoted(argument: string): string {
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
