/** Lets the engines of several accounts use one runtime: each hears of all nodes and knows its own. */
import type { NodeRuntime, NodeRuntimeEvent } from '../engine/index.ts';

export function shareRuntime(runtime: NodeRuntime): () => NodeRuntime {
  const listeners: ((event: NodeRuntimeEvent) => void)[] = [];
  runtime.connect((event) => {
    for (const listener of listeners) listener(event);
  });
  return () => ({
    connect: (listener) => void listeners.push(listener),
    createNode: (node) => runtime.createNode(node),
    rebootNode: (nodeId) => runtime.rebootNode(nodeId),
    reimageNode: (nodeId) => runtime.reimageNode(nodeId),
    removeNode: (nodeId) => runtime.removeNode(nodeId),
    run: (nodeId, run) => runtime.run(nodeId, run),
    kill: (nodeId, runId) => runtime.kill(nodeId, runId),
    deleteDirectory: (nodeId, path) => runtime.deleteDirectory(nodeId, path),
    files: runtime.files,
    // The runtime is closed by who made it, after every engine.
    close: () => Promise.resolve(),
  });
}
