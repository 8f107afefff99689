// What only the process runtime can get wrong: its server is killed, its agent is killed, it cannot start.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createProcessRuntime } from '../../../adapters/process/index.ts';
import type { ProcessRuntimeOptions } from '../../../adapters/process/index.ts';
import type { NodeRuntime } from '../../../emulator/engine/index.ts';
import { BlobServer } from './blob-server.ts';
import { EventLog } from './event-log.ts';
import { nodeSpec, runSpec } from './specs.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../../${relative}`, import.meta.url));
const agentPath = path('emulator/agent/main.ts');

let folder = '';
let workspace = '';
const opened: NodeRuntime[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batchrite-'));
  workspace = join(folder, 'nodes');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((runtime) => runtime.close()));
  await rm(folder, { recursive: true, force: true });
});

function open(more: Partial<ProcessRuntimeOptions> = {}): { runtime: NodeRuntime; log: EventLog } {
  const runtime = createProcessRuntime({ workspace, agentPath, ...more });
  opened.push(runtime);
  return { runtime, log: new EventLog(runtime) };
}

/** Processes with that text in their command line or, where `ps` shows it, their environment. */
function processesWith(text: string): readonly number[] {
  const { stdout } = spawnSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const lines = stdout.split('\n').filter((line) => line.includes(text) && !line.includes('ps axeww'));
  return lines.map((line) => Number.parseInt(line, 10)).filter((pid) => pid !== process.pid);
}

const daemon = `/bin/sh -c 'setsid sh -c "while :; do sleep 1; done" & touch up; sleep 1000'`;

test('a server that is killed takes its nodes and all their processes with it', async () => {
  const script = join(folder, 'server.mjs');
  await writeFile(
    script,
    `import { createProcessRuntime } from ${JSON.stringify(path('adapters/process/index.ts'))};
     const runtime = createProcessRuntime(${JSON.stringify({ workspace, agentPath })});
     runtime.connect(() => undefined);
     runtime.createNode(${JSON.stringify(nodeSpec('node-a'))});
     runtime.run('node-a', ${JSON.stringify(runSpec('r', daemon))});`,
  );
  const server = spawn(process.execPath, [script], { stdio: 'ignore' });
  const gone = new Promise((done) => server.once('exit', done));
  try {
    const up = join(workspace, 'node-a/workitems/job/job-1/r/wd/up');
    await expect.poll(() => stat(up).catch(() => undefined), { timeout: 15_000 }).toBeDefined();
    // The agent, the shell, its sleep, the daemon and the daemon's sleep.
    expect(processesWith(workspace).length).toBeGreaterThanOrEqual(4);
  } finally {
    server.kill('SIGKILL');
  }
  await gone;
  await expect.poll(() => processesWith(workspace), { timeout: 10_000 }).toEqual([]);
});

test('when an agent is killed its tasks are gone before the loss is reported', async () => {
  const { runtime, log } = open();
  runtime.createNode(nodeSpec('node-a'));
  await log.next('nodeStarted');
  runtime.run('node-a', runSpec('r', daemon));
  await expect.poll(() => runtime.files.stat('node-a', 'workitems/job/job-1/r/wd/up')).toBeDefined();
  const left = log.next('nodeLost').then((event) => ({ event, processes: processesWith(workspace) }));
  for (const pid of agentsOf('node-a')) process.kill(pid, 'SIGKILL');
  const { event, processes } = await left;
  expect(event.reason).toBe("The node's agent was killed by SIGKILL.");
  expect(processes).toEqual([]);
});

function agentsOf(nodeId: string): readonly number[] {
  const { stdout } = spawnSync('ps', ['ax', '-o', 'pid=,ppid=,command='], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...command]) => Number(parent) === process.pid && command.at(-1) === nodeId)
    .map(([pid]) => Number(pid));
}

test.each([
  ['a Node binary that is not there', { nodePath: '/nowhere/node' }, '/nowhere/node'],
  ['an agent that is not there', { agentPath: '/nowhere/agent.mjs' }, 'exit code 1'],
  ['a workspace that cannot be made', { workspace: '/dev/null/nodes' }, '/dev/null/nodes'],
])('%s fails the node with a sentence that names it', async (_what, options, named) => {
  const { runtime, log } = open(options);
  runtime.createNode(nodeSpec('node-a'));
  const { error } = await log.next('nodeFailed');
  expect(error.message).toContain(named);
  expect(error.message).not.toContain('\n');
  runtime.removeNode('node-a');
  await log.next('nodeRemoved');
});

test('a node id that is no folder name is refused', async () => {
  const { runtime, log } = open();
  runtime.createNode(nodeSpec('../escape'));
  expect(await log.next('nodeFailed')).toMatchObject({ error: { code: 'InvalidNodeId' } });
});

test("nodes' folders are for their owner alone, and what somebody else put into the workspace stays", async () => {
  const { runtime, log } = open();
  runtime.createNode(nodeSpec('node-a'));
  await log.next('nodeStarted');
  expect((await stat(workspace)).mode & 0o077).toBe(0);
  expect((await stat(join(workspace, 'node-a'))).mode & 0o077).toBe(0);
  await writeFile(join(workspace, 'note'), 'mine');
  await runtime.close();
  expect(await readdir(workspace)).toEqual(['note']);
});

test("only the newest attempt's logs are listed, and the earlier ones are kept until the directory is deleted", async () => {
  const { runtime, log } = open();
  runtime.createNode(nodeSpec('node-a'));
  await log.next('nodeStarted');
  const directory = 'workitems/job/job-1/t';
  for (const attempt of ['1', '2', '3']) {
    runtime.run('node-a', { ...runSpec(attempt, `/bin/echo attempt ${attempt}`), directory });
    await log.next('runEnded', ({ runId }) => runId === attempt);
  }
  const kept = join(workspace, 'node-a/volatile/.batchrite/attempts', directory);
  expect(await readFile(join(kept, '1/stdout.txt'), 'utf8')).toBe('attempt 1\n');
  expect(await readFile(join(kept, '2/stdout.txt'), 'utf8')).toBe('attempt 2\n');
  const listed = await runtime.files.list('node-a', '', true);
  expect(listed?.filter((entry) => entry.path.includes('batchrite'))).toEqual([]);
  runtime.deleteDirectory('node-a', directory);
  await expect.poll(() => stat(kept).catch(() => undefined)).toBeUndefined();
});

test('a file that the machine does not take whole is ResourceFileWriteFailed, and nothing of it is left (batch-semantics 3.3)', async () => {
  const small = join(folder, 'node-with-small-files');
  // Blocks of 512 or 1024 bytes, as the shell counts them.
  await writeFile(small, `#!/bin/sh\nulimit -f 1024\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 });
  const blobs = new BlobServer();
  const port = await blobs.start();
  onTestFinished(() => blobs.stop());
  blobs.blobs.set('/acc/in/large', Buffer.alloc(4 * 1024 * 1024));
  const { runtime, log } = open({ nodePath: small });
  runtime.createNode(nodeSpec('node-a'));
  await log.next('nodeStarted');
  const source = { kind: 'url', url: `http://127.0.0.1:${port}/acc/in/large?sig=good` } as const;
  runtime.run('node-a', { ...runSpec('r', '/bin/true'), resourceFiles: [{ source, path: 'large' }] });
  const end = await log.next('runEnded');
  expect(end.failure).toMatchObject({ category: 'servererror', code: 'ResourceFileWriteFailed' });
  expect(await stat(join(workspace, 'node-a', runSpec('r', '').directory, 'wd/large')).catch(() => 'gone')).toBe(
    'gone',
  );
});
