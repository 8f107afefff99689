// `az batch` with a configuration folder of its own, so that nothing of the user's is read or written, and no telemetry.
import { join } from 'node:path';
import type { ClientCloud, ProgramResult } from '../support/client-cloud.ts';
import { runProgram } from '../support/client-cloud.ts';

export interface Az {
  /** What the command prints, parsed; undefined when it prints nothing. Rejects with what it said when it fails. */
  readonly json: (...args: readonly string[]) => Promise<unknown>;
  /** What it says on standard error when it must fail, without the lines that change from run to run. */
  readonly refusal: (...args: readonly string[]) => Promise<{ readonly exitCode: number; readonly text: string }>;
  readonly run: (...args: readonly string[]) => Promise<ProgramResult>;
  /** Repeats the command until what it prints as text equals `expected`; the deadline is the test's. */
  readonly until: (expected: string, ...args: readonly string[]) => Promise<void>;
}

/** For a test of ten calls that wait for their turn, on a busy machine. */
export const CALLS_TIMEOUT_MS = 120_000;

/** More than a machine of two cores has use for only makes each of them slower. */
const AT_ONCE = 2;

export function azCommand(path: string, cloud: () => ClientCloud): Az {
  const gate = createGate(AT_ONCE);
  const run = (...args: readonly string[]): Promise<ProgramResult> => {
    const { environment, folder } = cloud();
    return gate(() =>
      runProgram(path, ['batch', ...args], {
        environment: {
          ...environment,
          AZURE_CONFIG_DIR: join(folder, 'az'),
          AZURE_CORE_COLLECT_TELEMETRY: '0',
          AZURE_CORE_NO_COLOR: '1',
        },
        cwd: folder,
      }),
    );
  };
  const succeeded = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(...args);
    if (exitCode !== 0) throw new Error(`az batch ${args.join(' ')} ended with ${exitCode}:\n${stderr}`);
    return stdout.trim();
  };
  return {
    run,
    json: async (...args) => {
      const text = await succeeded(...args);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
    refusal: async (...args) => {
      const { exitCode, stderr } = await run(...args);
      const lines = stderr.trim().split('\n');
      return { exitCode, text: lines.filter((line) => !/^(RequestId|Time):/.test(line)).join('\n') };
    },
    until: async (expected, ...args) => {
      for (;;) {
        const last = await succeeded(...args, '--output', 'tsv');
        if (last === expected) return;
      }
    },
  };
}

/** Lets that many calls run at a time; the others wait for their turn. */
function createGate(slots: number): <T>(call: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = slots;
  return async (call) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

const image = 'canonical:0001-com-ubuntu-server-jammy:22_04-lts';

/** The arguments that create a pool with that many nodes. */
export function createPool(id: string, nodes: number, ...more: readonly string[]): readonly string[] {
  const machine = ['--vm-size', 'Standard_D2s_v3', '--image', image, '--node-agent-sku-id', 'batch.node.ubuntu 22.04'];
  return ['pool', 'create', '--id', id, ...machine, '--target-dedicated-nodes', String(nodes), ...more];
}
