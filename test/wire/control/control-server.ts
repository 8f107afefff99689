// An emulator in virtual time behind its real HTTP server, and plain requests to its control plane.
import { request } from 'node:http';
import { onTestFinished } from 'vitest';
import { SimulatedRuntime } from '../../../adapters/simulated/index.ts';
import { VirtualClock, seededRandom } from '../../../core/kernel/index.ts';
import {
  type Account,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from '../../../emulator/composition/index.ts';
import type { RunningEngine } from '../../../emulator/engine/index.ts';

const ACCOUNTS: readonly Account[] = [
  { name: 'first', key: 'AAAA' },
  { name: 'second', key: 'BBBB' },
];

export interface ControlServer {
  readonly emulator: Emulator;
  readonly clock: VirtualClock;
  readonly engine: RunningEngine;
}

/** Closed when the test ends. */
export async function startControlServer(options: Partial<EmulatorOptions> = {}): Promise<ControlServer> {
  const clock = new VirtualClock();
  const emulator = await startEmulator({
    clock,
    credentialClock: null,
    random: seededRandom('control'),
    runtime: new SimulatedRuntime({ clock }),
    accounts: ACCOUNTS,
    secret: 'for tests alone',
    ...options,
  });
  onTestFinished(() => emulator.close());
  const engine = emulator.engine('first');
  if (engine === undefined) throw new Error('the emulator has no account "first"');
  return { emulator, clock, engine };
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A request as given: unlike `fetch`, it may say who it pretends to be. */
export function control(
  { emulator }: ControlServer,
  path: string,
  {
    method = 'GET',
    body,
    headers = {},
  }: { readonly method?: string; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const call = request(`${emulator.url}/_batchrite/${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) as unknown });
      });
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(text);
  });
}
