// The node-runtime contract on nodes that are folders and processes.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProcessRuntime } from '../../../adapters/process/index.ts';
import type { NodeRuntime } from '../../../emulator/engine/index.ts';
import { describeNodeRuntimeContract } from './node-runtime-contract.ts';
import type { Target } from './target.ts';

const agentPath = fileURLToPath(new URL('../../../emulator/agent/main.ts', import.meta.url));

describeNodeRuntimeContract({ name: 'processes', create: createTarget });

async function createTarget(): Promise<Target> {
  const parent = await mkdtemp(join(tmpdir(), 'batchrite-'));
  const runtime = createProcessRuntime({ workspace: join(parent, 'nodes'), agentPath });
  const leftFolders: string[] = [];
  return {
    runtime: closingWith(runtime, async () => {
      leftFolders.push(...(await readdir(parent).catch(() => [])));
      await rm(parent, { recursive: true, force: true });
    }),
    loseNode: async (nodeId) => {
      // Other suites may run agents of nodes with the same id: ours is a child of this process.
      const agent = processes().find(
        ({ parentId, text }) => parentId === process.pid && text.includes(`main.ts ${nodeId}`),
      );
      if (agent === undefined) throw new Error(`no agent of node ${nodeId} is running`);
      process.kill(agent.pid, 'SIGKILL');
    },
    leftovers: async () => [
      ...leftFolders,
      ...processes().flatMap(({ text }) => (text.includes(parent) ? [text] : [])),
    ],
  };
}

/** The same runtime, with something more to do after it was closed. */
function closingWith(runtime: NodeRuntime, after: () => Promise<void>): NodeRuntime {
  const close = runtime.close.bind(runtime);
  return Object.assign(runtime, {
    close: async () => {
      await close();
      await after();
    },
  });
}

/** Every process, with its command line and environment. */
function processes(): readonly { readonly pid: number; readonly parentId: number; readonly text: string }[] {
  const options = { encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  return execFileSync('ps', ['axeww', '-o', 'pid=,ppid=,command='], options)
    .split('\n')
    .map((line) => {
      const [pid, parentId] = line.trim().split(/\s+/).map(Number);
      return { pid: pid ?? 0, parentId: parentId ?? 0, text: line };
    });
}
