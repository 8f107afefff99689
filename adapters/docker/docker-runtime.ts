/** Puts the Docker runtime together. */
import Docker from 'dockerode';
import { randomBytes } from 'node:crypto';
import type { NodeRuntime } from '../../emulator/engine/index.ts';
import { ensureBundle } from '../bundles/index.ts';
import { AgentNodeRuntime } from '../process/index.ts';
import { DockerHost } from './docker-host.ts';
import { dockerEngine, engineAddress } from './engine/engine-address.ts';
import { messageOf } from './engine/engine-error.ts';
import { engineFacts } from './engine/engine-facts.ts';
import { sweepDeadServers } from './hygiene/sweep.ts';
import { ImageStore } from './image/image-store.ts';
import type { PullProgress } from './image/image-store.ts';
import { ImageTable } from './image/image-table.ts';

export interface DockerRuntimeOptions {
  /** Folder for the nodes' folders; made when it is not there, removed when empty at the end. The engine must see it. */
  readonly workspace: string;
  /** The agent's bundle. */
  readonly agentPath: string;
  /** A Node binary for Linux, linked to glibc, of the engine's architecture. */
  readonly nodePath: string;
  /** Lines `publisher:offer:sku=image` that come before the built-in table. */
  readonly images?: readonly string[];
  /** Whether a node gets the cores and the memory of its VM size and no more; by default it may use all. */
  readonly limitsToVmSize?: boolean;
  /** Nodes at a time, over all pools. */
  readonly maxContainers?: number;
  /** A pull that says nothing for so long is given up. */
  readonly pullSilenceMs?: number;
  readonly onPull?: (progress: PullProgress) => void;
  readonly log?: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** Names this run on the labels and in the names of what it makes: letters and digits. */
  readonly run?: string;
}

export interface DockerRuntime extends NodeRuntime {
  /** Nodes that start from now on reach these ports of this machine's loopback under `127.0.0.1` and the same numbers. */
  relay(ports: readonly number[]): void;
}

const DEFAULT_MAX_CONTAINERS = 64;
const DEFAULT_PULL_SILENCE_MS = 60_000;

/**
 * Nodes as containers of this machine's engine, after removing what servers that were killed left on it.
 * Rejects with an error for the user when no engine answers or an image line cannot be read.
 */
export async function createDockerRuntime(options: DockerRuntimeOptions): Promise<DockerRuntime> {
  const log = options.log ?? (() => undefined);
  const imageTable = new ImageTable(options.images);
  const engine = await dockerEngine({ nodePath: options.nodePath });
  if (!engine.available) {
    throw new Error(`Nodes cannot be containers: ${engine.reason}. Start Docker, or use --runtime process.`);
  }
  const address = engineAddress();
  const docker = 'socketPath' in address ? new Docker(address) : new Docker();
  await sweep(docker, log);
  const host = new DockerHost({
    docker,
    engine: await engineFacts(docker),
    workspace: options.workspace,
    agentPath: options.agentPath,
    nodePath: options.nodePath,
    // Root reads and deletes everything without help.
    ...(process.getuid?.() === 0 ? {} : { filesPath: await ensureBundle('files') }),
    imageTable,
    images: new ImageStore({
      docker,
      onProgress: options.onPull ?? (() => undefined),
      silenceMs: options.pullSilenceMs ?? DEFAULT_PULL_SILENCE_MS,
    }),
    run: options.run ?? randomBytes(4).toString('hex'),
    maxContainers: options.maxContainers ?? DEFAULT_MAX_CONTAINERS,
    limitsToVmSize: options.limitsToVmSize ?? false,
    log,
  });
  const runtime = new AgentNodeRuntime(host, log);
  return Object.assign(runtime, { relay: (ports: readonly number[]) => host.relay(ports) });
}

/** What cannot be removed now is no reason not to start. */
async function sweep(docker: Docker, log: NonNullable<DockerRuntimeOptions['log']>): Promise<void> {
  try {
    const { containers, networks } = await sweepDeadServers(docker);
    if (containers + networks === 0) return;
    log('info', `Removed ${containers} containers and ${networks} networks that a killed emulator had left.`);
  } catch (error) {
    log('warn', `What a killed emulator left on the engine could not be removed: ${messageOf(error)}`);
  }
}
