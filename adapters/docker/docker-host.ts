/** Hosts nodes on a Docker engine: a node is one container, with a folder of this machine as its root directory. */
import type Docker from 'dockerode';
import { mkdir, realpath, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AgentSetup, PreparedRun } from '../../emulator/agent/index.ts';
import { removeTree } from '../../emulator/agent/index.ts';
import { coresOf, vmSize } from '../../emulator/engine/index.ts';
import type { NodeFileSystem, NodeSpec } from '../../emulator/engine/index.ts';
import { NodeFiles } from '../process/index.ts';
import type { AgentProcess, NodeHost, RunningContainer } from '../process/index.ts';
import { startAttached } from './container/attach.ts';
import { NODE_ROOT } from './container/inside-paths.ts';
import { nodeContainer } from './container/node-container.ts';
import type { Limits } from './container/node-container.ts';
import type { EngineFacts } from './engine/engine-facts.ts';
import { ignoreMissing, messageOf } from './engine/engine-error.ts';
import { Gate } from '../../core/kernel/index.ts';
import { ClosedFiles } from './files/closed-files.ts';
import { removeRoot } from './files/empty-root.ts';
import { InsideFiles } from './files/inside-files.ts';
import { NODE_LABEL, POOL_LABEL, RUN_LABEL, TASK_LABEL, runLabels } from './hygiene/labels.ts';
import type { Labels } from './hygiene/labels.ts';
import { sweepLabel } from './hygiene/sweep.ts';
import type { ImageStore } from './image/image-store.ts';
import type { ImageTable } from './image/image-table.ts';
import { loginFor } from './image/registry-login.ts';
import { HOST_GATEWAY_NAME } from './network/pool-network.ts';
import { PoolNetworks } from './network/pool-networks.ts';
import { TaskContainer } from './task/task-container.ts';
import { imageUnavailable, nodeError, tooManyContainers } from './node-errors.ts';

export interface DockerHostOptions {
  readonly docker: Docker;
  readonly engine: EngineFacts;
  readonly workspace: string;
  readonly agentPath: string;
  readonly nodePath: string;
  /** The file API's program inside nodes; absent where the server may read everything by itself. */
  readonly filesPath?: string;
  readonly imageTable: ImageTable;
  readonly images: ImageStore;
  readonly run: string;
  readonly maxContainers: number;
  /** Whether a node gets no more than its VM size has. */
  readonly limitsToVmSize: boolean;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

/** What exists of a node: from the first step of its making until it is destroyed. */
interface HostedNode {
  root?: string;
  image?: string;
  networkName?: string;
  relays: AgentSetup['relays'];
  container?: Docker.Container;
  /** Containers of runs. */
  readonly tasks: Set<TaskContainer>;
}

export class DockerHost implements NodeHost {
  readonly files: NodeFileSystem;
  readonly #options: DockerHostOptions;
  readonly #labels: Labels;
  readonly #networks: PoolNetworks;
  readonly #nodes = new Map<string, HostedNode>();
  readonly #gate: Gate;
  #ports: readonly number[] = [];
  #containerCount = 0;

  constructor(options: DockerHostOptions) {
    this.#options = options;
    // More at a time are not faster: starting a container is work for a core, and the first nodes would come late.
    this.#gate = new Gate(Math.min(Math.max(options.engine.cores * 2, 4), 16));
    this.#labels = runLabels(options.run);
    this.#networks = new PoolNetworks({
      docker: options.docker,
      prefix: `batchrite-${options.run}`,
      labels: this.#labels,
    });
    const rootOf = (nodeId: string): string | undefined => this.#nodes.get(nodeId)?.root;
    const outside = new NodeFiles(rootOf, NODE_ROOT);
    const inside = (nodeId: string): InsideFiles | undefined => {
      const container = this.#nodes.get(nodeId)?.container;
      return container === undefined ? undefined : new InsideFiles(container);
    };
    this.files = options.filesPath === undefined ? outside : new ClosedFiles({ outside, inside, rootOf });
  }

  /** Nodes that start from now on reach these ports of this machine's loopback under the same numbers. */
  relay(ports: readonly number[]): void {
    this.#ports = [...new Set(ports)];
  }

  async create(node: NodeSpec): Promise<void> {
    const { maxContainers } = this.#options;
    if (!this.#nodes.has(node.nodeId) && this.#nodes.size >= maxContainers) throw tooManyContainers(maxContainers);
    const hosted: HostedNode = { relays: [], tasks: new Set() };
    this.#nodes.set(node.nodeId, hosted);
    hosted.root = await this.#makeRoot(node.nodeId);
    await this.#makeContainer(node, hosted);
  }

  async start(node: NodeSpec): Promise<AgentProcess> {
    const { nodeId, userAccounts } = node;
    const { container, networkName, relays } = this.#hosted(nodeId);
    if (container === undefined || networkName === undefined) throw new Error(`node ${nodeId} has no container`);
    const { log } = this.#options;
    return this.#gate.pass(async () => {
      const attached = await startAttached(container, (line) => log('warn', `Agent of node ${nodeId}: ${line}`));
      const { NetworkSettings } = await container.inspect();
      return {
        ...attached,
        kill: () => void container.kill().catch(() => undefined),
        launch: (run) => this.#launch(node, run),
        ipAddress: NetworkSettings.Networks[networkName]?.IPAddress ?? '',
        setup: {
          type: 'setup',
          root: NODE_ROOT,
          nodeId,
          users: 'switch',
          accounts: userAccounts.map(({ name, elevationLevel, linuxUserConfiguration }) => ({
            name,
            admin: elevationLevel === 'admin',
            ...(linuxUserConfiguration?.uid === undefined ? {} : { uid: linuxUserConfiguration.uid }),
            ...(linuxUserConfiguration?.gid === undefined ? {} : { gid: linuxUserConfiguration.gid }),
          })),
          relays,
          containers: true,
        },
      };
    });
  }

  /** Nothing outlives a container's main process but the containers of its runs. */
  async sweep({ nodeId }: NodeSpec): Promise<void> {
    const tasks = [...(this.#nodes.get(nodeId)?.tasks ?? [])];
    for (const task of tasks) task.kill();
    await Promise.all(tasks.map((task) => task.ended));
  }

  async erase(node: NodeSpec): Promise<void> {
    const hosted = this.#hosted(node.nodeId);
    await this.#removeContainer(hosted);
    await this.#removeRoot(hosted);
    hosted.root = await this.#makeRoot(node.nodeId);
    await this.#makeContainer(node, hosted);
  }

  async destroy(node: NodeSpec): Promise<void> {
    const hosted = this.#nodes.get(node.nodeId);
    if (hosted === undefined) return;
    try {
      await this.#removeContainer(hosted);
      await this.#networks.leave(node);
    } finally {
      this.#nodes.delete(node.nodeId);
      await this.#removeRoot(hosted);
    }
  }

  async close(): Promise<void> {
    const { docker, images, run, workspace, log } = this.#options;
    images.close();
    try {
      await this.#networks.close();
      const { networksInUse } = await sweepLabel(docker, RUN_LABEL, run);
      for (const name of networksInUse) {
        log('warn', `The network ${name} stays: containers that are not of this emulator are on it.`);
      }
    } catch (error) {
      // An engine that went away is no reason to keep the rest from closing; the next start sweeps.
      log('error', `Containers or networks of run ${run} may be left on the engine: ${messageOf(error)}`);
    }
    // Only when it is empty: whoever put something else there wants to keep it.
    await rmdir(workspace).catch(() => undefined);
  }

  #launch(node: NodeSpec, run: PreparedRun): RunningContainer {
    const { docker, images, engine } = this.#options;
    const { container, root, tasks } = this.#hosted(node.nodeId);
    if (container === undefined || root === undefined) throw new Error(`node ${node.nodeId} has no container`);
    const labels = { ...this.#labelsOf(node), [TASK_LABEL]: run.runId };
    const task = new TaskContainer({
      docker,
      images,
      run,
      name: this.#nextName(`${node.poolId.slice(0, 40)}-task`),
      labels,
      nodeContainer: container,
      root,
      registries: node.container?.registries ?? [],
      hasSelinux: engine.hasSelinux,
    });
    tasks.add(task);
    void task.ended.then(() => tasks.delete(task));
    return task;
  }

  #labelsOf({ poolId, nodeId }: NodeSpec): Labels {
    return { ...this.#labels, [POOL_LABEL]: poolId, [NODE_LABEL]: nodeId };
  }

  #nextName(what: string): string {
    this.#containerCount += 1;
    return `batchrite-${this.#options.run}-${what}-${this.#containerCount}`;
  }

  async #makeRoot(nodeId: string): Promise<string> {
    if (!/^\w[\w.-]*$/.test(nodeId)) {
      throw nodeError('InvalidNodeId', `"${nodeId}" cannot be the name of a node's folder.`);
    }
    const workspace = resolve(this.#options.workspace);
    try {
      await mkdir(workspace, { recursive: true, mode: 0o700 });
      await mkdir(join(workspace, nodeId), { recursive: true, mode: 0o755 });
      return await realpath(join(workspace, nodeId));
    } catch (error) {
      const reason = messageOf(error);
      throw nodeError(
        'WorkspaceNotWritable',
        `The node's folder cannot be made in "${workspace}" (${reason}); choose another workspace.`,
      );
    }
  }

  async #makeContainer(node: NodeSpec, hosted: HostedNode): Promise<void> {
    const { docker, engine, nodePath, agentPath, filesPath, limitsToVmSize } = this.#options;
    const image = await this.#imageFor(node);
    const network = await this.#networks.join(node);
    const limits = limitsToVmSize ? limitsOf(node.vmSize, engine) : undefined;
    const name = this.#nextName(node.poolId.slice(0, 40));
    hosted.image = image;
    hosted.networkName = network.name;
    hosted.relays = await network.relaysTo(this.#ports);
    hosted.container = await this.#gate.pass(() =>
      docker.createContainer(
        nodeContainer({
          node,
          name,
          image,
          labels: this.#labelsOf(node),
          networkName: network.name,
          root: hosted.root ?? '',
          agentPath,
          nodePath,
          ...(filesPath === undefined ? {} : { filesPath }),
          ...(limits === undefined ? {} : { limits }),
          extraHosts: hosted.relays.some(({ host }) => host === HOST_GATEWAY_NAME)
            ? [`${HOST_GATEWAY_NAME}:host-gateway`]
            : [],
          hasSelinux: engine.hasSelinux,
        }),
      ),
    );
  }

  /** The container image of the node's VM image; it and what the pool wants to find on its nodes are there then. */
  async #imageFor({ image, container }: NodeSpec): Promise<string> {
    const { imageTable, images } = this.#options;
    const choice = imageTable.choose(image);
    if ('problem' in choice) throw nodeError('ContainerInvalidImage', choice.problem);
    try {
      await images.ensure(choice.container);
    } catch (error) {
      throw imageUnavailable(choice.container, image, error);
    }
    for (const name of container?.imageNames ?? []) {
      try {
        await images.ensure(name, loginFor(name, container?.registries ?? []));
      } catch (error) {
        throw imageUnavailable(name, undefined, error);
      }
    }
    return choice.container;
  }

  async #removeContainer(hosted: HostedNode): Promise<void> {
    const { container } = hosted;
    if (container === undefined) return;
    await ignoreMissing(container.remove({ force: true, v: true }));
    delete hosted.container;
  }

  async #removeRoot({ root, image }: HostedNode): Promise<void> {
    const { docker, nodePath, filesPath } = this.#options;
    if (root === undefined) return;
    if (image === undefined || filesPath === undefined) await removeTree(root);
    else await removeRoot({ docker, root, image, labels: this.#labels, nodePath, filesPath });
  }

  #hosted(nodeId: string): HostedNode {
    const hosted = this.#nodes.get(nodeId);
    if (hosted === undefined) throw new Error(`node ${nodeId} has no container`);
    return hosted;
  }
}

/** Never more than the engine has: it refuses that. */
function limitsOf(size: string, engine: EngineFacts): Limits {
  const memoryGiB = vmSize(size)?.memoryGiB ?? coresOf(size) * 4;
  return {
    cores: Math.min(coresOf(size), engine.cores),
    memoryBytes: Math.min(Math.round(memoryGiB * 1024 ** 3), engine.memoryBytes),
  };
}
