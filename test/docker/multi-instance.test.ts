// Multi-instance tasks on containers: the nodes of a pool really reach each other by the addresses that their variables
// name (batch-semantics 7), and what a coordination command left running ends with the task.
import { expect, onTestFinished, test } from 'vitest';
import type { BatchService, Task, TaskSpec } from '../../core/index.ts';
import { sleep } from '../../core/kernel/index.ts';
import { describeNeeding } from '../support/suite.ts';
import { realClock } from '../support/real-clock.ts';
import { collect, text } from '../contract/batch-service/contract-target.ts';
import { localOnEmulator } from '../contract/targets/local-on-emulator.ts';
import { createDockerTarget } from './support/docker-target.ts';

const INSTANCES = 3;
const PORT = 5_990;

/**
 * Every Debian has perl. The listener stays behind when the command ends, as a coordination command has to; it ends once
 * the listener has said that it listens, or why it cannot.
 */
const LISTENER = `perl -MIO::Socket::INET -e '
  my $server = IO::Socket::INET->new(LocalPort => ${PORT}, Listen => 5, ReuseAddr => 1) or die "cannot listen: $!";
  $| = 1; print "listening";
  while (my $peer = $server->accept) { print $peer "$ENV{AZ_BATCH_NODE_ID} to " . $peer->peerhost . "\\n"; close $peer }
' > state.txt 2>&1 &
until [ -s state.txt ]; do sleep 0.02; done
grep listening state.txt`;

/** Asks every address for a line; the addresses are all that it knows of the other nodes. */
const ASK_ALL = `for peer in \${AZ_BATCH_NODE_LIST//;/ }; do
  if { exec 3<>/dev/tcp/$peer/${PORT}; } 2> /dev/null; then read -r line <&3; echo "$peer: $line"; else echo "$peer: nobody"; fi
done`;

function bash(script: string): string {
  return `/bin/bash -c '${script.replaceAll("'", String.raw`'\''`)}'`;
}

interface Account {
  readonly batch: BatchService;
  readonly until: (look: () => Promise<boolean>) => Promise<void>;
}

/** An emulator in this process, and a pool of containers with inter-node communication. */
async function openPool(): Promise<Account> {
  const { runtime } = await createDockerTarget();
  const pause = (): Promise<void> => sleep(realClock, 50);
  const target = await localOnEmulator({ clock: realClock, runtime, pause });
  onTestFinished(() => target.close());
  const { service: batch } = target;
  const until = async (look: () => Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + 60_000;
    while (!(await look())) {
      if (performance.now() > deadline) throw new Error('Nothing came of it within a minute.');
      await pause();
    }
  };
  const image = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' };
  const nodeAgentSkuId = 'batch.node.ubuntu 22.04';
  const nodes = { targetDedicatedNodes: INSTANCES, interNodeCommunication: true };
  await batch.pools.create({ id: 'pool', vmSize: 'standard_d2s_v3', image, nodeAgentSkuId, ...nodes });
  await until(async () => {
    const all = await collect(batch.pools.nodes('pool'));
    return all.filter(({ state }) => state === 'idle').length === INSTANCES;
  });
  await batch.jobs.create({ id: 'job', poolId: 'pool' });
  return { batch, until };
}

/** Runs the script as the application of a multi-instance task, and gives what the primary wrote. */
async function run({ batch, until }: Account, id: string, coordination: string): Promise<readonly string[]> {
  const multiInstance = { numberOfInstances: INSTANCES, coordinationCommandLine: bash(coordination) };
  const spec: TaskSpec = { id, commandLine: bash(ASK_ALL), multiInstance };
  expect(await batch.tasks.addAll('job', [spec])).toEqual([]);
  let task: Task | undefined;
  await until(async () => {
    task = await batch.tasks.get('job', id);
    return task.state === 'completed';
  });
  expect(task).toMatchObject({ state: 'completed', result: 'success' });
  const output = await text(batch.files.readOfTask('job', id, 'stdout.txt'));
  return output.trimEnd().split('\n');
}

await describeNeeding(['docker'], 'a multi-instance task on containers', () => {
  test('the primary reaches a service of each instance by its address, and gets that instance (batch-semantics 7)', async () => {
    const account = await openPool();
    const nodes = await collect(account.batch.pools.nodes('pool'));
    const lines = await run(account, 'serving', LISTENER);
    const primary = nodes.find(({ ipAddress }) => ipAddress === lines[0]?.split(':', 1)[0]);
    expect(primary, lines.join('\n')).toBeDefined();
    const expected = nodes.map(({ id, ipAddress }) => `${ipAddress}: ${id} to ${primary?.ipAddress}`);
    expect(lines.toSorted()).toEqual(expected.toSorted());

    const subtasks = await collect(account.batch.tasks.subtasks('job', 'serving'));
    const others = nodes.filter(({ id }) => id !== primary?.id).map(({ id }) => id);
    expect(subtasks.map(({ node }) => node?.nodeId ?? 'no node').toSorted()).toEqual(others.toSorted());

    // The services have ended with their task: the next one finds nobody.
    const after = await run(account, 'silent', 'true');
    expect(after.toSorted()).toEqual(nodes.map(({ ipAddress }) => `${ipAddress}: nobody`).toSorted());
  }, 120_000);
});
