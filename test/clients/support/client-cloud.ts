// The cloud on this machine as foreign clients see it: endpoints and credentials in the environment, and nothing else of
// the test process. Programs are run with a deadline, and their whole output is in the error when they fail.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { LocalCloud } from '../../../adapters/composition/index.ts';
import { startLocalCloud } from '../../../adapters/composition/index.ts';

export interface ClientCloud {
  /** `http://127.0.0.1:{port}`. */
  readonly endpoint: string;
  /** What a client needs to find the two services, under the names that `az` reads, and a PATH. */
  readonly environment: Readonly<Record<string, string>>;
  /** A temporary folder, removed at the end. */
  readonly folder: string;
}

export interface ProgramOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly deadlineMs?: number;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const DEADLINE_MS = 50_000;

/** Starts Azurite and the emulator before the suite's tests and stops them after; call it inside a suite. */
export function useClientCloud(): () => ClientCloud {
  let local: LocalCloud | undefined;
  let cloud: ClientCloud | undefined;
  beforeAll(async () => {
    local = await startLocalCloud({ runtime: 'process', seed: 'clients' });
    const folder = await mkdtemp(join(tmpdir(), 'batchrite-clients-'));
    cloud = { endpoint: local.emulator.url, environment: environmentOf(local, folder), folder };
  });
  afterAll(async () => {
    await local?.close();
    if (cloud !== undefined) await rm(cloud.folder, { recursive: true, force: true });
  });
  return () => {
    if (cloud === undefined) throw new Error('The cloud has not started: use it inside a test.');
    return cloud;
  };
}

function environmentOf({ emulator, azurite }: LocalCloud, folder: string): Record<string, string> {
  const [account] = emulator.accounts;
  if (account === undefined) throw new Error('The emulator has no account.');
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    LANG: 'C.UTF-8',
    AZURE_BATCH_ACCOUNT: account.name,
    AZURE_BATCH_ACCESS_KEY: account.key,
    AZURE_BATCH_ENDPOINT: emulator.url,
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
  };
}

/** Never rejects for an exit code; does for a program that cannot start or outlives its deadline (it is killed then). */
export function runProgram(command: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  const { environment, cwd, deadlineMs = DEADLINE_MS } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
    }
    const deadline = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${[command, ...args].join(' ')} took more than ${deadlineMs} ms.\n${output.stderr}`));
    }, deadlineMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(deadline);
      resolve({ exitCode: code ?? -1, ...output });
    });
  });
}
