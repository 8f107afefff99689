// A Docker runtime for one test, with what only its maker knows: how to look at the engine behind its back.
import Docker from 'dockerode';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBundle, nodeBinaryPath } from '../../../adapters/bundles/index.ts';
import { createDockerRuntime } from '../../../adapters/docker/index.ts';
import type { DockerRuntime, DockerRuntimeOptions } from '../../../adapters/docker/index.ts';

/** Built by `.ci/run`, and what the contract's nodes ask for: `ubuntu:22.04` stands for 22_04-lts. */
export const BASE_IMAGE = 'debian:12';

export const docker = new Docker();

export interface DockerTarget {
  readonly runtime: DockerRuntime;
  /** Names the run on labels. */
  readonly run: string;
  readonly workspace: string;
  /** The live container of a node. */
  container(nodeId: string): Promise<Docker.Container>;
  /** Containers and networks of the run, in words. */
  ofTheRun(): Promise<readonly string[]>;
  loseNode(nodeId: string): Promise<void>;
  /** After `runtime.close()`. */
  leftovers(): Promise<readonly string[]>;
}

export async function createDockerTarget(options: Partial<DockerRuntimeOptions> = {}): Promise<DockerTarget> {
  const parent = await mkdtemp(join(tmpdir(), 'batchrite-'));
  const run = options.run ?? randomBytes(4).toString('hex');
  const workspace = join(parent, 'nodes');
  const runtime = await createDockerRuntime({
    workspace,
    agentPath: await ensureBundle('agent'),
    nodePath: nodeBinaryPath(),
    run,
    ...options,
  });
  const leftFolders: string[] = [];
  const close = runtime.close.bind(runtime);
  const ofTheRun = async (): Promise<readonly string[]> => thingsOf(run);
  const container = async (nodeId: string): Promise<Docker.Container> => {
    const filters = { label: [`batchrite.run=${run}`, `batchrite.node=${nodeId}`] };
    // Containers of its runs carry the node's label, too.
    const info = (await docker.listContainers({ filters })).find(({ Labels }) => !('batchrite.task' in Labels));
    if (info === undefined) throw new Error(`node ${nodeId} has no running container`);
    return docker.getContainer(info.Id);
  };
  return {
    runtime: Object.assign(runtime, {
      close: async () => {
        await close();
        leftFolders.push(...(await readdir(parent).catch(() => [])));
        await rm(parent, { recursive: true, force: true });
      },
    }),
    run,
    workspace,
    container,
    ofTheRun,
    loseNode: async (nodeId) => {
      await (await container(nodeId)).kill();
    },
    leftovers: async () => [...leftFolders, ...(await ofTheRun())],
  };
}

/** Containers, networks and volumes that carry the run's label, in words. */
export async function thingsOf(run: string): Promise<readonly string[]> {
  const filters = { label: [`batchrite.run=${run}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  const { Volumes: volumes } = await docker.listVolumes({ filters: { label: [`batchrite.run=${run}`] } });
  return [
    ...containers.map(({ Names, State }) => `container ${Names.join(' ')} ${State}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...(volumes ?? []).map(({ Name }) => `volume ${Name}`),
  ];
}
