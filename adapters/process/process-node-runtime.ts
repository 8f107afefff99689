/** Puts the process runtime together. */
import type { NodeRuntime } from '../../emulator/engine/index.ts';
import type { Log } from './agent-node.ts';
import { AgentNodeRuntime } from './agent-node-runtime.ts';
import { ProcessHost } from './process-host.ts';

export interface ProcessRuntimeOptions {
  /** Folder for the nodes' folders; made when it is not there, readable by its owner alone, removed when empty at the end. */
  readonly workspace: string;
  /** The agent: its bundle, or `emulator/agent/main.ts`. */
  readonly agentPath: string;
  /** The Node binary that runs it; this process's own when absent. */
  readonly nodePath?: string;
  readonly log?: Log;
}

/** Nodes as folders `{workspace}/{nodeId}`, each with one agent process. Tasks run as the server's user. */
export function createProcessRuntime(options: ProcessRuntimeOptions): NodeRuntime {
  const log = options.log ?? (() => undefined);
  const host = new ProcessHost({
    workspace: options.workspace,
    agentPath: options.agentPath,
    nodePath: options.nodePath ?? process.execPath,
    log,
  });
  return new AgentNodeRuntime(host, log);
}
