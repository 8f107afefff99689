// A server that is not root, with the right to use the engine: runs tasks that leave awkward files, and reports as one
// line of JSON what it could list, read and delete.
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createDockerRuntime } from '../../../adapters/docker/index.ts';
import { ensureBundle, nodeBinaryPath } from '../../../adapters/bundles/index.ts';
import { EventLog } from '../../contract/node-runtime/event-log.ts';
import type { RunSpec } from '../../../emulator/engine/index.ts';
import { BASE_IMAGE, docker } from './docker-target.ts';
import { nodeSpec } from '../../contract/node-runtime/specs.ts';
import { shellCommand } from './shell-command.ts';

const [workspace = '', run = ''] = process.argv.slice(2);
const runtime = await createDockerRuntime({
  workspace,
  run,
  agentPath: await ensureBundle('agent'),
  nodePath: nodeBinaryPath(),
});
const log = new EventLog(runtime);

const spec = (runId: string, script: string, admin: boolean): RunSpec => ({
  runId,
  kind: 'task',
  directory: `workitems/j/job-1/${runId}`,
  clean: true,
  commandLine: shellCommand(script),
  environment: [],
  resourceFiles: [],
  outputFiles: [],
  user: { kind: 'auto', scope: 'pool', admin },
});

const awkward = 'umask 077; echo secret > file; mkdir dir; echo deep > dir/deep; chmod 000 dir/deep; chmod 500 dir';

async function text(path: string): Promise<string> {
  try {
    let all = '';
    for await (const chunk of runtime.files.read('n1', path)) all += Buffer.from(chunk).toString();
    return all.trim();
  } catch (error) {
    return String(error);
  }
}

async function look(runId: string): Promise<object> {
  const wd = `workitems/j/job-1/${runId}/wd`;
  return {
    names: (await runtime.files.list('n1', wd, true))?.map(({ path }) => path.slice(wd.length + 1)),
    file: await text(`${wd}/file`),
    deep: await text(`${wd}/dir/deep`),
    size: (await runtime.files.stat('n1', `${wd}/dir/deep`))?.size,
  };
}

const remove = (runId: string): Promise<string> =>
  runtime.files.delete('n1', `workitems/j/job-1/${runId}`, true).catch(String);

runtime.createNode(nodeSpec('n1'));
await log.next('nodeStarted');
const report: Record<string, unknown> = { uid: process.getuid?.() };
for (const [name, admin] of [
  ['user', false],
  ['root', true],
] as const) {
  runtime.run('n1', spec(name, awkward, admin));
  await log.next('runEnded', ({ runId }) => runId === name);
  report[name] = await look(name);
  report[`${name}Deleted`] = await remove(name);

  const running = `${name}-running`;
  runtime.run('n1', spec(running, `${awkward}; touch ../ready; chmod 644 ../ready; sleep 1000`, admin));
  while ((await runtime.files.stat('n1', `workitems/j/job-1/${running}/ready`)) === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  report[running] = await look(running);
  report[`${running}Deleted`] = await remove(running);
}
// What a container says is written by this server into logs that the agent made.
runtime.run('n1', {
  ...spec('container', 'echo said; umask 077; echo x > closed', false),
  container: { imageName: BASE_IMAGE },
});
await log.next('runEnded', ({ runId }) => runId === 'container');
report['containerSaid'] = await text('workitems/j/job-1/container/stdout.txt');
report['containerClosed'] = await text('workitems/j/job-1/container/wd/closed');

// A lost node's agent had no time to open anything.
runtime.run('n1', spec('lost', `${awkward}; chmod 2500 .; touch ../ready; chmod 644 ../ready; sleep 1000`, true));
while ((await runtime.files.stat('n1', 'workitems/j/job-1/lost/ready')) === undefined) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const [container] = await docker.listContainers({ filters: { label: [`batchrite.run=${run}`] } });
await docker.getContainer(container?.Id ?? '').kill();
await log.next('nodeRemoved');
report['leftByLostNode'] = await readdir(workspace);
await runtime.close();
report['left'] = await readdir(dirname(workspace));
process.stdout.write(JSON.stringify(report));
