/** Where things are inside a node's container. */

/** Where Azure puts a node's root on images with a temporary disk (batch-semantics 10.1). */
export const NODE_ROOT = '/mnt/batch/tasks';

/** Of the agent and its Node. Not in the search path: a task brings its own Node, or none. */
const AGENT_FOLDER = '/opt/batchrite';
export const NODE_BINARY = `${AGENT_FOLDER}/node`;
export const AGENT_BUNDLE = `${AGENT_FOLDER}/agent.mjs`;
export const FILES_BUNDLE = `${AGENT_FOLDER}/files.mjs`;
