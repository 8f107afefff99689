// A server that is going to be killed: brings one node of a pool up, says so, and lives until then.
import { createDockerRuntime } from '../../../adapters/docker/index.ts';
import { ensureBundle, nodeBinaryPath } from '../../../adapters/bundles/index.ts';
import { nodeSpec } from '../../contract/node-runtime/specs.ts';

const [workspace = '', run = ''] = process.argv.slice(2);
const runtime = await createDockerRuntime({
  workspace,
  run,
  agentPath: await ensureBundle('agent'),
  nodePath: nodeBinaryPath(),
});
runtime.connect((event) => process.stdout.write(`${event.type}\n`));
runtime.createNode(nodeSpec('doomed'));
setInterval(() => undefined, 1_000);
