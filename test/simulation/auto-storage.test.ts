// `autoStorageContainerName` in virtual time: a container of the linked storage account, by a URL that is minted when the run
// starts. Whether the container is there shows on the node (test/contract/node-runtime/parts/resource-files.ts).
import { describe, expect, test } from 'vitest';
import type { ResourceFile, RunSpec } from '../../emulator/engine/index.ts';
import { countedStorage } from '../support/linked-storage.ts';
import { poolOf, simulatedAccount, value } from '../support/simulated-account.ts';

const file: ResourceFile = { autoStorageContainerName: 'in-put', blobPrefix: 'a/', filePath: 'data', fileMode: '0644' };

async function account(nodes = 1) {
  const runs: RunSpec[] = [];
  const made = await simulatedAccount({
    linkedStorage: countedStorage(),
    program: (run) => void runs.push(run),
  });
  await value(made.engine.pools.add(poolOf('pool', nodes, { enableInterNodeCommunication: true })));
  await value(made.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  return { ...made, runs };
}

const source = (number: number) => ({
  kind: 'container',
  url: `http://storage.example/in-put?sig=${number}`,
  prefix: 'a/',
});

describe('a file of an auto-storage container', () => {
  test('is shown as it was sent, and reaches the node with prefix, path and mode (batch-semantics 9.1)', async () => {
    const { engine, clock, runs } = await account();
    await value(engine.tasks.add('job', { id: 't', commandLine: 'x', resourceFiles: [file] }));
    expect((await value(engine.tasks.get('job', 't'))).resourceFiles).toEqual([file]);
    clock.advance(1);
    expect(runs.at(-1)?.resourceFiles).toEqual([{ source: source(1), path: 'data', mode: '0644' }]);
  });

  test('has a URL that was minted for that attempt: neither a queue nor a retry lets it expire (batch-semantics 9.1)', async () => {
    const { engine, clock, runs } = await account(0);
    const constraints = { maxTaskRetryCount: 1 };
    await value(engine.tasks.add('job', { id: 't', commandLine: 'false', constraints, resourceFiles: [file] }));
    clock.advance(1);
    await value(engine.tasks.add('job', { id: 'first', commandLine: 'true', resourceFiles: [file] }));
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 1 }));
    clock.advance(1);
    const urls = runs.map(({ resourceFiles: [first] }) => first?.source.url);
    expect(urls).toHaveLength(3);
    expect(new Set(urls).size).toBe(3);
  });

  test('comes to start tasks, hook tasks, job managers and all instances of a task alike (batch-semantics 9.1, 7)', async () => {
    const { engine, clock, runs } = await account(2);
    clock.advance(1);
    const resourceFiles = [file];
    await value(engine.pools.patch('pool', { startTask: { commandLine: 's', resourceFiles } }));
    for (const { id } of (await value(engine.nodes.list('pool', { limit: 10 }))).items) {
      await value(engine.nodes.reboot('pool', id, 'requeue'));
    }
    clock.advance(1);
    await value(
      engine.jobs.add({
        id: 'whole',
        poolInfo: { poolId: 'pool' },
        jobManagerTask: { id: 'm', commandLine: 'm', resourceFiles, killJobOnCompletion: false },
        jobPreparationTask: { commandLine: 'p', resourceFiles },
        jobReleaseTask: { commandLine: 'r', resourceFiles },
      }),
    );
    clock.advance(1);
    const multiInstanceSettings = { numberOfInstances: 2, coordinationCommandLine: 'c', commonResourceFiles: [file] };
    await value(engine.tasks.add('whole', { id: 'many', commandLine: 'x', multiInstanceSettings }));
    clock.advance(1);
    await value(engine.jobs.terminate('whole', undefined));
    clock.advance(1);
    const fetching = runs.filter((run) => run.resourceFiles.some((each) => each.source.kind === 'container'));
    const kinds = ['startTask', 'preparation', 'task', 'coordination', 'release'];
    expect(new Set(fetching.map(({ kind }) => kind))).toEqual(new Set(kinds));
    const coordination = fetching.filter(({ kind }) => kind === 'coordination');
    expect(coordination.map((run) => run.resourceFiles[0]?.intoTaskDirectory)).toEqual([true, true]);
  });

  test.each(['Upper', 'a', 'under_score', 'two--hyphens', '-first', 'x'.repeat(64)])(
    'is refused for "%s", which is the name of no container',
    async (autoStorageContainerName) => {
      const { engine } = await account();
      const task = { id: 't', commandLine: 'x', resourceFiles: [{ autoStorageContainerName }] };
      expect(await engine.tasks.add('job', task)).toMatchObject({
        fault: { code: 'InvalidPropertyValue', values: [{ value: 'autoStorageContainerName' }, {}, {}] },
      });
    },
  );

  test('may be the root container', async () => {
    const { engine } = await account();
    const resourceFiles = [{ autoStorageContainerName: '$root' }];
    expect(await value(engine.tasks.add('job', { id: 't', commandLine: 'x', resourceFiles }))).toMatchObject({
      resourceFiles,
    });
  });

  test('excludes every other source (batch-semantics 9.1)', async () => {
    const { engine } = await account();
    const resourceFiles = [{ ...file, storageContainerUrl: 'http://a/b?sig=c' }];
    expect(await engine.tasks.add('job', { id: 't', commandLine: 'x', resourceFiles })).toMatchObject({
      fault: { code: 'InvalidPropertyValue' },
    });
  });
});

test('without linked storage an auto-storage container is refused with a sentence that says so (batch-semantics 9.1)', async () => {
  const { engine } = await simulatedAccount();
  const values = [
    { key: 'PropertyName', value: 'autoStorageContainerName' },
    { key: 'PropertyValue', value: 'in-put' },
    { key: 'Reason', value: expect.stringContaining('no storage account linked to it') as string },
  ];
  const fault = { code: 'InvalidPropertyValue', values };
  const startTask = { commandLine: 'x', resourceFiles: [file] };
  expect(await engine.pools.add(poolOf('pool', 0, { startTask }))).toMatchObject({ ok: false, fault });
  await value(engine.pools.add(poolOf('pool', 0)));
  await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  const task = { id: 't', commandLine: 'x', resourceFiles: [file] };
  expect(await engine.tasks.add('job', task)).toMatchObject({ ok: false, fault });
});
