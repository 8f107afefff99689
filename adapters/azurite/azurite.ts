/**
 * Starts Azurite's blob service as a child process on a free or given port of the loopback interface, tells when it
 * answers, notices when it ends by itself, and stops it with everything it left.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, resolve as absolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultError } from '../../core/index.ts';

export interface AzuriteOptions {
  /** 0 or absent: a free port. */
  readonly blobPort?: number;
  /** Keeps the blobs in this folder. Absent and not in memory: in a temporary folder that `stop` removes. */
  readonly location?: string;
  /** Keeps the blobs in the child's memory; Azurite refuses uploads beyond half of the machine's memory. */
  readonly inMemory?: boolean;
  /** The account's name and key (base64). By default the well-known ones of every storage emulator. */
  readonly account?: { readonly name: string; readonly key: string };
  readonly signal?: AbortSignal;
}

export interface Azurite {
  readonly account: string;
  readonly key: string;
  readonly port: number;
  readonly pid: number;
  /** `http://127.0.0.1:{port}/{account}`. */
  readonly blobEndpoint: string;
  readonly connectionString: string;
  /** Resolves once the process has ended: with nothing after `stop`, else with one sentence on what happened. */
  readonly ended: Promise<string | undefined>;
  /** Ends the process, waits for it, and removes a temporary location. May be called again. */
  stop(): Promise<void>;
}

/** What every storage emulator is known by; not a secret. */
const developmentAccount = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const;

const startDeadlineMs = 30_000;
const stopDeadlineMs = 5_000;

/**
 * Resolves when the service answers. Rejects with a `FaultError`: `conflict` for a port in use, `unavailable` for any
 * other reason, `cancelled` when the signal aborts; nothing is left running then.
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const account = options.account ?? developmentAccount;
  const temporary = options.inMemory === true || options.location !== undefined ? undefined : await temporaryFolder();
  const child = spawnChild(options, account, options.location ?? temporary);
  const output = collectOutput(child);
  const exited = exitOf(child);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= endChild(child, exited, options.location !== undefined).then(() => removeFolder(temporary));
    return stopping;
  };
  try {
    const port = await listeningPort({ output, exited, options });
    const blobEndpoint = `http://127.0.0.1:${port}/${account.name}`;
    return {
      account: account.name,
      key: account.key,
      port,
      pid: child.pid ?? 0,
      blobEndpoint,
      connectionString: `DefaultEndpointsProtocol=http;AccountName=${account.name};AccountKey=${account.key};BlobEndpoint=${blobEndpoint};`,
      ended: exited.then((how) => (stopping === undefined ? `Azurite ended by itself (${how}).` : undefined)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function spawnChild(options: AzuriteOptions, account: { name: string; key: string }, location?: string): ChildProcess {
  const storage = location === undefined ? ['--inMemoryPersistence'] : ['--location', absolute(location)];
  const { AZURITE_DB: _database, ...environment } = process.env;
  // The sources run as they are, the published package from JavaScript: the child has this file's extension.
  const program = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));
  const flags = ['--blobHost', '127.0.0.1', '--blobPort', String(options.blobPort ?? 0), '--silent'];
  return spawn(process.execPath, [program, ...flags, '--skipApiVersionCheck', '--disableTelemetry', ...storage], {
    // Any folder that stays: the child must not hold on to the one that the command was started in.
    cwd: tmpdir(),
    env: { ...environment, AZURITE_ACCOUNTS: `${account.name}:${account.key}` },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A Ctrl-C goes to the whole group of the terminal; the blobs must stay until the run has cleaned up.
    detached: true,
  });
}

interface Output {
  text: string;
  onChange?: () => void;
}

function collectOutput(child: ChildProcess): Output {
  const output: Output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      // The start is what counts; a long life must not fill the memory.
      output.text = `${output.text}${text}`.slice(-8_000);
      output.onChange?.();
    });
  }
  return output;
}

/** Resolves with how the process ended: `exit code 1`, `signal SIGKILL`, or why it could not start. */
function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // `close`, not `exit`: the last words have been read by then.
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

interface Start {
  readonly output: Output;
  readonly exited: Promise<string>;
  readonly options: AzuriteOptions;
}

const listening = /successfully listens on https?:\/\/\S+:(\d+)/;

async function listeningPort({ output, exited, options }: Start): Promise<number> {
  const announced = new Promise<number>((settle) => {
    output.onChange = () => {
      const match = listening.exec(output.text);
      if (match !== null) settle(Number(match[1]));
    };
  });
  const ended = exited.then((how) => Promise.reject(startFault(options, output.text, how)));
  return Promise.race([announced, ended, deadline(options.signal)]);
}

/** Rejects when the start takes too long, or is interrupted: before this call, or after it. */
function deadline(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => {
      const message = `Azurite did not answer within ${startDeadlineMs / 1000} s of its start.`;
      reject(new FaultError({ code: 'unavailable', message }));
    }, startDeadlineMs);
    timer.unref();
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new FaultError({ code: 'cancelled', message: 'Starting Azurite was interrupted.' }));
    };
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function startFault(options: AzuriteOptions, output: string, how: string): FaultError {
  const port = options.blobPort ?? 0;
  if (output.includes('EADDRINUSE')) {
    const message = `Port ${port} is in use: another program, maybe another Azurite, listens on 127.0.0.1:${port}. Stop it or choose another blob port; 0 takes a free one.`;
    return new FaultError({ code: 'conflict', message });
  }
  if (output.includes('EACCES') && port > 0 && port < 1024) {
    return new FaultError({ code: 'denied', message: `Port ${port} needs root; choose a blob port above 1023.` });
  }
  const lastLine = output.trim().split('\n').at(-1) ?? '';
  return new FaultError({
    code: 'unavailable',
    message: `Azurite could not start (${how})${lastLine === '' ? '.' : `: ${lastLine}`}`,
  });
}

/** Lets the child write what it keeps where that matters, else kills it at once. */
async function endChild(child: ChildProcess, exited: Promise<string>, keepsData: boolean): Promise<void> {
  if (!keepsData) child.kill('SIGKILL');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
  await exited;
  clearTimeout(timer);
}

function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'batchrite-azurite-'));
}

async function removeFolder(folder: string | undefined): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
