/**
 * The door of the process runtime: a node is a folder and an agent process. What is not about processes is here
 * for other hosts of nodes too: the state machine of a node with an agent, and files below a node's root.
 */
export type { AgentProcess, NodeHost, RunningContainer } from './node-host.ts';
export { NodeHostError } from './node-host.ts';
export { AgentNodeRuntime } from './agent-node-runtime.ts';
export { NodeFiles } from './node-files.ts';
export type { ProcessRuntimeOptions } from './process-node-runtime.ts';
export { createProcessRuntime } from './process-node-runtime.ts';
