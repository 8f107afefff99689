/** Hosts nodes on this machine: a node is a folder of the workspace and one agent process, started by this server. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, realpath, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { killGroup, killProcessesOfNode, removeTree } from '../../emulator/agent/index.ts';
import type { NodeFileSystem, NodeSpec } from '../../emulator/engine/index.ts';
import type { Log } from './agent-node.ts';
import { NodeFiles } from './node-files.ts';
import { NodeHostError } from './node-host.ts';
import type { AgentProcess, NodeHost } from './node-host.ts';

export interface ProcessHostOptions {
  readonly workspace: string;
  readonly agentPath: string;
  readonly nodePath: string;
  readonly log: Log;
}

/** A fork costs time in proportion to the parent's memory (design, section 4), so the agent's heap is kept small. */
const AGENT_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=128'];

/** What of the server's environment the agent gets: no account keys, and of these tasks see fewer still. */
const AGENT_VARIABLES = ['PATH', 'LANG', 'TZ', 'HOME', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];

export class ProcessHost implements NodeHost {
  readonly files: NodeFileSystem;
  readonly #options: ProcessHostOptions;
  readonly #roots = new Map<string, string>();
  readonly #addresses = new Map<string, string>();
  #addressCount = 0;

  constructor(options: ProcessHostOptions) {
    this.#options = options;
    this.files = new NodeFiles((nodeId) => this.#roots.get(nodeId));
  }

  async create({ nodeId }: NodeSpec): Promise<void> {
    if (!/^\w[\w.-]*$/.test(nodeId)) {
      throw new NodeHostError({ code: 'InvalidNodeId', message: `"${nodeId}" cannot be the name of a node's folder.` });
    }
    const workspace = resolve(this.#options.workspace);
    try {
      await mkdir(workspace, { recursive: true, mode: 0o700 });
      await mkdir(join(workspace, nodeId), { recursive: true, mode: 0o700 });
      // Its true name, since tasks see it and a process's working directory has no links in it.
      this.#roots.set(nodeId, await realpath(join(workspace, nodeId)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `The node's folder cannot be made in "${workspace}" (${reason}); choose another workspace.`;
      throw new NodeHostError({ code: 'WorkspaceNotWritable', message }, { cause: error });
    }
  }

  async start({ nodeId, userAccounts }: NodeSpec): Promise<AgentProcess> {
    const root = await this.#rootOf(nodeId);
    const { nodePath, agentPath, log } = this.#options;
    // A session of its own: Ctrl-C on the terminal is for the server, which then ends its agents in order.
    // The agent does not read the node's id from its arguments: it is there for whoever looks at a process list.
    const child = spawn(nodePath, [...AGENT_FLAGS, agentPath, nodeId], {
      cwd: root,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: Object.fromEntries(
        AGENT_VARIABLES.flatMap((name) => {
          const value = process.env[name];
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    });
    createInterface({ input: child.stderr }).on('line', (line) => log('warn', `Agent of node ${nodeId}: ${line}`));
    return {
      input: child.stdin,
      output: child.stdout,
      exited: endOf(child, nodePath),
      kill: () => child.kill('SIGKILL'),
      ipAddress: this.#addressOf(nodeId),
      setup: {
        type: 'setup',
        root,
        nodeId,
        users: 'keep',
        accounts: userAccounts.map(({ name, elevationLevel }) => ({ name, admin: elevationLevel === 'admin' })),
        relays: [],
      },
    };
  }

  async sweep({ nodeId }: NodeSpec, groups: readonly number[]): Promise<void> {
    for (const group of groups) killGroup(group);
    const root = this.#roots.get(nodeId);
    if (root !== undefined) killProcessesOfNode(root);
  }

  async erase(node: NodeSpec): Promise<void> {
    await removeTree(await this.#rootOf(node.nodeId));
    await this.create(node);
  }

  async destroy({ nodeId }: NodeSpec): Promise<void> {
    const root = this.#roots.get(nodeId);
    this.#roots.delete(nodeId);
    this.#addresses.delete(nodeId);
    if (root !== undefined) await removeTree(root);
  }

  async close(): Promise<void> {
    // Only when it is empty: whoever put something else there wants to keep it.
    await rmdir(this.#options.workspace).catch(() => undefined);
  }

  async #rootOf(nodeId: string): Promise<string> {
    const root = this.#roots.get(nodeId);
    if (root === undefined) throw new Error(`node ${nodeId} has no folder`);
    return root;
  }

  /**
   * On Linux all of 127.0.0.0/8 is this machine, so each node has an address of its own at which its tasks can
   * listen and which other nodes' tasks reach: multi-instance tasks work as between machines. Other systems
   * answer at 127.0.0.1 alone.
   */
  #addressOf(nodeId: string): string {
    if (process.platform !== 'linux') return '127.0.0.1';
    const known = this.#addresses.get(nodeId);
    if (known !== undefined) return known;
    this.#addressCount += 1;
    const number = this.#addressCount;
    const address = `127.${64 + ((number >> 16) & 63)}.${(number >> 8) & 255}.${number & 255}`;
    this.#addresses.set(nodeId, address);
    return address;
  }
}

/** Resolves with a predicate for a sentence about the agent. */
function endOf(child: ChildProcess, nodePath: string): Promise<string> {
  return new Promise((done) => {
    child.on('error', (error) => {
      if (child.pid === undefined) done(`could not be started with "${nodePath}": ${error.message}`);
    });
    child.on('close', (code, signal) =>
      done(signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`),
    );
  });
}
