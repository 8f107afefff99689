// The agent as a program, spoken to over its standard streams as a server does.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentLink } from '../../../emulator/agent/index.ts';
import type { AgentEvent, AgentSetup } from '../../../emulator/agent/index.ts';

const program = fileURLToPath(new URL('../../../emulator/agent/main.ts', import.meta.url));

let root = '';
let agent: ChildProcessByStdio<Writable, Readable, null>;
let events: AgentEvent[] = [];
let link: AgentLink;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'batchrite-'));
  events = [];
  agent = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  link = new AgentLink({
    input: agent.stdin,
    output: agent.stdout,
    onEvent: (event) => events.push(event),
    onProblem: (text) => expect.fail(text),
  });
});
afterEach(async () => {
  agent.kill('SIGKILL');
  await gone();
  await rm(root, { recursive: true, force: true });
});

const setup = (more: Partial<AgentSetup> = {}): AgentSetup => ({
  type: 'setup',
  root,
  nodeId: 'n',
  users: 'keep',
  accounts: [],
  relays: [],
  ...more,
});

async function nextEvent<Type extends AgentEvent['type']>(type: Type): Promise<Extract<AgentEvent, { type: Type }>> {
  await expect.poll(() => events.map((each) => each.type), { timeout: 4_000 }).toContain(type);
  return events.find((each) => each.type === type) as Extract<AgentEvent, { type: Type }>;
}

async function startSleep(): Promise<number> {
  link.send({
    type: 'run',
    run: {
      runId: 'r',
      kind: 'task',
      directory: 'workitems/j/job-1/t',
      clean: true,
      commandLine: '/bin/sleep 1000',
      environment: [],
      resourceFiles: [],
      outputFiles: [],
      user: { kind: 'auto', scope: 'pool', admin: false },
    },
  });
  return (await nextEvent('started')).pid ?? 0;
}

/** A dead process whose new parent has not asked for it yet is dead all the same. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

async function gone(): Promise<void> {
  if (agent.exitCode === null && agent.signalCode === null) await new Promise((done) => agent.once('exit', done));
}

test.each(['end of input', 'stop', 'SIGTERM'] as const)('%s ends the agent and its tasks', async (how) => {
  link.send(setup());
  const pid = await startSleep();
  expect(isAlive(pid)).toBe(true);
  if (how === 'end of input') link.end();
  else if (how === 'stop') link.send({ type: 'stop' });
  else agent.kill('SIGTERM');
  await gone();
  expect(agent.exitCode).toBe(0);
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('lines that are no requests are reported and the agent goes on', async () => {
  agent.stdin.write('rubbish\n{"type":"dance"}\n{"type":"run"}\n');
  link.send(setup());
  await nextEvent('ready');
  const logs = events.flatMap((each) => (each.type === 'log' ? [each.text] : []));
  expect(logs).toHaveLength(3);
});

test('a root that cannot be made is said to the server', async () => {
  link.send(setup({ root: '/dev/null/node' }));
  expect(await nextEvent('failed')).toMatchObject({ message: expect.stringContaining('"/dev/null/node"') });
});

test('a relay makes a port of the node answer for another', async () => {
  const server = createServer((_request, response) => response.end('from afar'));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const free = createServer();
  await new Promise<void>((ready) => free.listen(0, '127.0.0.1', ready));
  const { port } = free.address() as AddressInfo;
  await new Promise((done) => free.close(done));
  link.send(setup({ relays: [{ port, host: '127.0.0.1', hostPort: (server.address() as AddressInfo).port }] }));
  await nextEvent('ready');
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(await response.text()).toBe('from afar');
  server.closeAllConnections();
  server.close();
});
