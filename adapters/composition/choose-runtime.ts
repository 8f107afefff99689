/** Decides what nodes are made of: containers where a Docker engine answers, else processes. */
import { FaultError } from '../../core/kernel/index.ts';
import type { NodeRuntime } from '../../emulator/engine/index.ts';
import { ensureBundle, nodeBinaryPath } from '../bundles/index.ts';
import type { PullProgress } from '../docker/index.ts';
import { createProcessRuntime } from '../process/index.ts';

export type RuntimeChoice = 'auto' | 'docker' | 'process';

/** What concerns containers alone; without meaning where nodes are processes. */
export interface ContainerOptions {
  /** Lines `publisher:offer:sku=image` that come before the built-in table. */
  readonly images?: readonly string[];
  readonly maxContainers?: number;
  readonly limitsToVmSize?: boolean;
  readonly onPull?: (progress: PullProgress) => void;
}

export interface RuntimeOptions extends ContainerOptions {
  readonly choice: RuntimeChoice;
  /** A folder for the nodes' files. */
  readonly workspace: string;
  readonly log?: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export interface ChosenRuntime {
  readonly name: 'containers' | 'processes';
  /** Why, in a few words. */
  readonly reason: string;
  readonly runtime: NodeRuntime;
  /** Lets nodes reach these ports of the host under 127.0.0.1. */
  relay(ports: readonly number[]): void;
}

/** Rejects with a `FaultError` when containers are asked for and cannot be had. */
export async function chooseRuntime(options: RuntimeOptions): Promise<ChosenRuntime> {
  if (options.choice === 'process') return processes(options, 'as asked');
  // The Docker client takes a while to load, so it is only where it may be used.
  const { createDockerRuntime, dockerEngine } = await import('../docker/index.ts');
  const engine = await dockerEngine({ nodePath: nodeBinaryPath() });
  if (!engine.available) {
    if (options.choice === 'auto') return processes(options, engine.reason);
    throw new FaultError({
      code: 'unavailable',
      message: `Nodes cannot be containers: ${engine.reason}. Start Docker, or use --runtime process.`,
    });
  }
  const { choice: _, workspace, ...rest } = options;
  const runtime = await createDockerRuntime({
    ...rest,
    workspace,
    agentPath: await ensureBundle('agent'),
    nodePath: nodeBinaryPath(),
  });
  return { name: 'containers', reason: engine.reason, runtime, relay: (ports) => runtime.relay(ports) };
}

async function processes({ workspace, log }: RuntimeOptions, reason: string): Promise<ChosenRuntime> {
  const runtime = createProcessRuntime({
    workspace,
    agentPath: await ensureBundle('agent'),
    nodePath: nodeBinaryPath(),
    ...(log === undefined ? {} : { log }),
  });
  return { name: 'processes', reason, runtime, relay: () => undefined };
}
