/** The door of the agent: its protocol, and what a server needs to speak it. The program itself is `main.ts`. */
export type * from './protocol.ts';
export type { AgentLinkOptions } from './agent-link.ts';
export { AgentLink } from './agent-link.ts';
export { HIDDEN_DIRECTORY, NODE_DIRECTORIES, attemptsPath } from './node/layout.ts';
export { splitWords } from './run/command-line.ts';
export { checkZip } from './packages/zip.ts';
export { killGroup, killProcessesOfNode } from './node/strays.ts';
export { removeTree } from './node/trash.ts';
