// Application packages in virtual time: what a reference means and when it is looked at, what nodes and tasks get of it, and
// what becomes of those that cannot have it.
import { describe, expect, test } from 'vitest';
import type {
  ApplicationPackageReference,
  NodeResource,
  PoolAdd,
  RunningEngine,
  RunSpec,
} from '../../emulator/engine/index.ts';
import { addPackage, countedStorage } from '../support/linked-storage.ts';
import { type SimulatedAccount, poolOf, refusalCode, simulatedAccount, value } from '../support/simulated-account.ts';

type AccountOptions = NonNullable<Parameters<typeof simulatedAccount>[0]>;

const PREFIX = 'AZ_BATCH_APP_PACKAGE_';

interface Recorded extends SimulatedAccount {
  readonly runs: RunSpec[];
}

/** An account with storage, whose runs are kept. */
async function account(options: AccountOptions = {}): Promise<Recorded> {
  const runs: RunSpec[] = [];
  const made = await simulatedAccount({
    linkedStorage: countedStorage(),
    ...options,
    program: (run, nodeId) => {
      runs.push(run);
      return options.program?.(run, nodeId);
    },
  });
  return { ...made, runs };
}

async function withPool(
  { engine, clock }: SimulatedAccount,
  references: readonly ApplicationPackageReference[],
  more: Partial<PoolAdd> = {},
): Promise<void> {
  await value(engine.pools.add(poolOf('pool', 1, { applicationPackageReferences: references, ...more })));
  clock.advance(1);
}

async function onlyNode(engine: RunningEngine): Promise<NodeResource> {
  const { items } = await value(engine.nodes.list('pool', { limit: 10 }));
  const [node] = items;
  if (node === undefined) throw new Error('the pool has no node');
  return node;
}

async function runTask({ engine, clock }: SimulatedAccount, references: readonly ApplicationPackageReference[] = []) {
  await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
  const task = { id: 'task', commandLine: 'tool', applicationPackageReferences: references };
  await value(engine.tasks.add('job', task));
  clock.advance(1);
  return value(engine.tasks.get('job', 'task'));
}

async function directories({ runtime, engine }: SimulatedAccount): Promise<readonly string[]> {
  const entries = (await runtime.files.list((await onlyNode(engine)).id, 'applications', false)) ?? [];
  return entries.map(({ path }) => path.slice('applications/'.length));
}

function variables(run: RunSpec | undefined): readonly string[] {
  return (run?.packages ?? []).flatMap((each) => each.variables.map((name) => name.slice(PREFIX.length)));
}

describe('a pool that refers to packages', () => {
  const missing: readonly (readonly [string, ApplicationPackageReference])[] = [
    ['an application that is not there', { applicationId: 'nobody' }],
    ['a version that is not there', { applicationId: 'app', version: '9' }],
    ['a default version that is not there', { applicationId: 'app' }],
  ];

  test.each(missing)(
    'is refused for %s, when it is made and when it is changed (batch-semantics 9.2)',
    async (_what, reference) => {
      const made = await account();
      await addPackage(made.engine, 'app', '1');
      await withPool(made, []);
      const references = { applicationPackageReferences: [{ applicationId: 'app', version: '1' }, reference] };
      const outcome = await made.engine.pools.add(poolOf('other', 0, references));
      expect(outcome).toMatchObject({
        ok: false,
        fault: { code: 'InvalidApplicationPackageReferences', values: [{ key: reference.applicationId }] },
      });
      expect(await refusalCode(made.engine.pools.patch('pool', references))).toBe(
        'InvalidApplicationPackageReferences',
      );
      const properties = { certificateReferences: [], metadata: [], ...references };
      expect(await refusalCode(made.engine.pools.updateProperties('pool', properties))).toBe(
        'InvalidApplicationPackageReferences',
      );
    },
  );

  test('refers to at most 10 (batch-semantics 9.2, 12)', async () => {
    const made = await account();
    const references: ApplicationPackageReference[] = [];
    for (let count = 0; count < 11; count += 1) {
      await addPackage(made.engine, `app${count}`, '1');
      references.push({ applicationId: `app${count}`, version: '1' });
    }
    const tooMany = { applicationPackageReferences: references };
    expect(await refusalCode(made.engine.pools.add(poolOf('p', 0, tooMany)))).toBe('InvalidPropertyValue');
    await value(made.engine.pools.add(poolOf('p', 0, { applicationPackageReferences: references.slice(1) })));
    expect(await refusalCode(made.engine.pools.patch('p', tooMany))).toBe('InvalidPropertyValue');
  });

  test('has them on its nodes before the start task, which sees them, as all tasks do (batch-semantics 6, 9.2)', async () => {
    const made = await account();
    await addPackage(made.engine, 'Agent-linux-x64', '1.1.46.0');
    await addPackage(made.engine, 'tools', '2', { isDefault: true });
    const references = [{ applicationId: 'agent-LINUX-x64', version: '1.1.46.0' }, { applicationId: 'tools' }];
    await withPool(made, references, { startTask: { commandLine: 'echo $AZ_BATCH_APP_PACKAGE_tools' } });
    const names = await directories(made);
    expect(names).toEqual([
      expect.stringMatching(/^Agent-linux-x641\.1\.46\.0\d{4}(-\d\d){4}-\d+$/),
      expect.stringMatching(/^tools2\d{4}(-\d\d){4}-\d+$/),
    ]);
    const node = await onlyNode(made.engine);
    expect(node).toMatchObject({ state: 'idle', startTaskInfo: { result: 'success' } });
    expect(await runTask(made)).toMatchObject({ state: 'completed', executionInfo: { result: 'success' } });
    const spellings = [
      'Agent_linux_x64_1_1_46_0',
      'agent_linux_x64_1_1_46_0',
      'AGENT_LINUX_X64_1_1_46_0',
      'tools',
      'TOOLS',
    ];
    expect(made.runs.map(({ kind }) => kind)).toEqual(['startTask', 'task']);
    for (const run of made.runs) expect(variables(run)).toEqual(spellings);
    // What the node has, no run has to fetch.
    expect(made.runs.flatMap(({ packages = [] }) => packages).every(({ url }) => url === undefined)).toBe(true);
    const chunks: Uint8Array[] = [];
    for await (const chunk of made.runtime.files.read(node.id, 'startup/stdout.txt')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(`/mnt/batch/tasks/applications/${names[1]}\n`);
  });

  test('gets a node that is unusable and runs no start task where one cannot be installed (batch-semantics 6, 9.2)', async () => {
    const failure = { category: 'usererror', code: 'ApplicationPackageError', message: 'No.' } as const;
    const details = [{ name: 'Message', value: 'the blob is broken' }];
    const made = await account({ packageTrouble: () => ({ ...failure, details }) });
    await addPackage(made.engine, 'app', '1');
    await withPool(made, [{ applicationId: 'app', version: '1' }], { startTask: { commandLine: 'x' } });
    expect(await onlyNode(made.engine)).toMatchObject({
      state: 'unusable',
      errors: [{ code: 'ApplicationPackageError', message: 'No.', errorDetails: details }],
    });
    expect(made.runs).toEqual([]);
    const { items } = await value(made.engine.pools.list({ limit: 1 }));
    expect(items).toMatchObject([{ allocationState: 'steady', currentDedicatedNodes: 1 }]);
  });

  test('gets an unusable node where the package has gone since, which a reboot heals when it is back (batch-semantics 9.2, 11.6)', async () => {
    const made = await account();
    await addPackage(made.engine, 'app', '1');
    await withPool(made, [{ applicationId: 'app', version: '1' }], { targetDedicatedNodes: 0 });
    await value(made.engine.applications.remove('app'));
    await value(made.engine.pools.resize('pool', { targetDedicatedNodes: 1 }));
    made.clock.advance(1);
    const node = await onlyNode(made.engine);
    expect(node).toMatchObject({ state: 'unusable', errors: [{ code: 'ApplicationPackageError' }] });
    const explained = await value(made.engine.explain.node('pool', node.id));
    expect(explained.reasons[0]?.text).toContain('application package app 1 could not be installed');
    expect(explained.reasons[0]?.remedy).toContain('batchrite application add app 1');
    await addPackage(made.engine, 'app', '1');
    await value(made.engine.nodes.reboot('pool', node.id, 'requeue'));
    made.clock.advance(1);
    expect(await onlyNode(made.engine)).toMatchObject({ state: 'idle' });
    expect((await onlyNode(made.engine)).errors).toBeUndefined();
  });

  test('does not touch running nodes when it changes: a reboot brings the new and keeps the old, a reimage starts anew (batch-semantics 9.2)', async () => {
    const made = await account();
    await addPackage(made.engine, 'old', '1');
    await addPackage(made.engine, 'new', '1');
    await withPool(made, [{ applicationId: 'old', version: '1' }]);
    const change = { applicationPackageReferences: [{ applicationId: 'new', version: '1' }] };
    await value(made.engine.pools.patch('pool', change));
    made.clock.advance(1);
    expect(await directories(made)).toEqual([expect.stringMatching(/^old1/)]);
    await runTask(made);
    expect(variables(made.runs.at(-1))).toEqual(['old_1', 'OLD_1']);
    const { id } = await onlyNode(made.engine);
    await value(made.engine.nodes.reboot('pool', id, 'requeue'));
    made.clock.advance(1);
    expect(await directories(made)).toEqual([expect.stringMatching(/^old1/), expect.stringMatching(/^new1/)]);
    await value(made.engine.tasks.add('job', { id: 'after', commandLine: 'tool' }));
    made.clock.advance(1);
    expect(variables(made.runs.at(-1))).toEqual(['new_1', 'NEW_1']);
    await value(made.engine.nodes.reimage('pool', id, 'requeue'));
    made.clock.advance(1);
    expect(await directories(made)).toEqual([expect.stringMatching(/^new1/)]);
  });

  test('keeps the default version of the boot: a later one is not noticed by running nodes (batch-semantics 9.2)', async () => {
    const made = await account();
    await addPackage(made.engine, 'app', '1', { isDefault: true });
    await withPool(made, [{ applicationId: 'app' }]);
    await addPackage(made.engine, 'app', '2', { isDefault: true });
    await runTask(made);
    expect(made.runs.at(-1)?.packages).toMatchObject([
      { name: 'app 1', directory: /^app1/, variables: [`${PREFIX}app`, `${PREFIX}APP`] },
    ]);
    await value(made.engine.nodes.reboot('pool', (await onlyNode(made.engine)).id, 'requeue'));
    made.clock.advance(1);
    expect(await directories(made)).toEqual([expect.stringMatching(/^app1/), expect.stringMatching(/^app2/)]);
  });

  test('has another directory for a package that was replaced under its version (batch-semantics 9.2)', async () => {
    const made = await account();
    await addPackage(made.engine, 'app', '1');
    await withPool(made, [{ applicationId: 'app', version: '1' }]);
    await addPackage(made.engine, 'app', '1');
    await value(made.engine.nodes.reboot('pool', (await onlyNode(made.engine)).id, 'requeue'));
    made.clock.advance(1);
    const names = await directories(made);
    expect([names.length, new Set(names).size]).toEqual([2, 2]);
  });

  test('has its node in state starting meanwhile, and installs again where a preemption interrupts it (batch-semantics 11.6, 11.7)', async () => {
    const made = await account({ installMs: 60_000 });
    await addPackage(made.engine, 'app', '1');
    const spot = { targetDedicatedNodes: 0, targetLowPriorityNodes: 1 };
    await withPool(made, [{ applicationId: 'app', version: '1' }], spot);
    const { id, state } = await onlyNode(made.engine);
    expect(state).toBe('starting');
    const explained = await value(made.engine.explain.node('pool', id));
    expect(explained.reasons[0]?.text).toContain('installing application packages ("app 1")');
    made.clock.advance(30_000);
    await value(made.engine.faults.preempt('pool', id));
    made.clock.advance(50_000);
    // The first installation would have ended by now; the node came back 10 seconds after it was taken.
    expect(await onlyNode(made.engine)).toMatchObject({ id, state: 'starting' });
    made.clock.advance(20_001);
    expect(await onlyNode(made.engine)).toMatchObject({ id, state: 'idle' });
    expect(await directories(made)).toHaveLength(1);
  });
});

describe('a task that refers to packages', () => {
  test('gets them just before its command, and it alone gets their variables (batch-semantics 9.2)', async () => {
    const made = await account();
    await addPackage(made.engine, 'pooled', '1');
    await addPackage(made.engine, 'own', '1.0', { isDefault: true });
    await withPool(made, [{ applicationId: 'pooled', version: '1' }]);
    const task = await runTask(made, [{ applicationId: 'own' }]);
    expect(task.executionInfo).toMatchObject({ result: 'success' });
    expect(made.runs.at(-1)?.packages).toMatchObject([
      { name: 'pooled 1' },
      { name: 'own 1.0', url: /^http:\/\/storage\.example\/packages\/devbatchaccount1\/own\/1\.0\/\d+\.zip\?sig=/ },
    ]);
    expect(variables(made.runs.at(-1))).toEqual(['pooled_1', 'POOLED_1', 'own', 'OWN']);
    await value(made.engine.tasks.add('job', { id: 'other', commandLine: 'tool' }));
    made.clock.advance(1);
    expect(variables(made.runs.at(-1))).toEqual(['pooled_1', 'POOLED_1']);
    expect(await directories(made)).toHaveLength(2);
  });

  test.each([
    ['a package that is not there', { applicationId: 'nobody', version: '1' }, 'does not exist'],
    ['an application without a default version', { applicationId: 'app' }, 'no default version'],
  ])('is accepted with %s, and fails before its command (batch-semantics 3.3, 9.2)', async (_what, reference, why) => {
    const made = await account();
    await addPackage(made.engine, 'app', '1');
    await withPool(made, []);
    const task = await runTask(made, [reference]);
    expect(task).toMatchObject({ state: 'completed', executionInfo: { result: 'failure', retryCount: 0 } });
    const { failureInfo, exitCode } = task.executionInfo ?? {};
    expect(exitCode).toBeUndefined();
    expect(failureInfo).toMatchObject({ category: 'usererror', code: 'ApplicationPackageError' });
    expect(failureInfo?.details?.find(({ name }) => name === 'Message')?.value).toContain(why);
    expect(made.runs).toEqual([]);
    // Whoever runs the emulator hears of it when the task is added.
    expect(made.engine.warnings()).toMatchObject([
      {
        code: 'packageMissing',
        text: expect.stringMatching(/^Task "task" of job "job": it refers to .*will fail when it runs/) as string,
        remedy: expect.stringContaining(`batchrite application add ${reference.applicationId} `) as string,
      },
    ]);
  });

  test('means the default version of the moment when it runs (batch-semantics 9.2)', async () => {
    const made = await account();
    await addPackage(made.engine, 'app', '1', { isDefault: true });
    await withPool(made, [], { targetDedicatedNodes: 0 });
    await runTask(made, [{ applicationId: 'app' }]);
    await addPackage(made.engine, 'app', '2', { isDefault: true });
    await value(made.engine.pools.resize('pool', { targetDedicatedNodes: 1 }));
    made.clock.advance(1);
    expect(made.runs.at(-1)?.packages).toMatchObject([{ name: 'app 2' }]);
  });

  test('may be a job manager; preparation and release have what the pool has (batch-semantics 9.2)', async () => {
    const made = await account();
    await addPackage(made.engine, 'app', '1');
    await addPackage(made.engine, 'pooled', '1');
    await withPool(made, [{ applicationId: 'pooled', version: '1' }]);
    const manager = {
      id: 'm',
      commandLine: 'x',
      applicationPackageReferences: [{ applicationId: 'app', version: '1' }],
    };
    await value(
      made.engine.jobs.add({
        id: 'job',
        poolInfo: { poolId: 'pool' },
        jobManagerTask: manager,
        jobPreparationTask: { commandLine: 'prepare' },
        jobReleaseTask: { commandLine: 'release' },
      }),
    );
    made.clock.advance(1);
    expect(made.runs.map((run) => [run.kind, run.packages?.map(({ name }) => name)])).toEqual([
      ['preparation', ['pooled 1']],
      ['task', ['pooled 1', 'app 1']],
      ['release', ['pooled 1']],
    ]);
  });

  test('of several instances has them on each of its nodes', async () => {
    const made = await account();
    await addPackage(made.engine, 'app', '1');
    await withPool(made, [], { targetDedicatedNodes: 2, enableInterNodeCommunication: true });
    await value(made.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(
      made.engine.tasks.add('job', {
        id: 'task',
        commandLine: 'x',
        applicationPackageReferences: [{ applicationId: 'app', version: '1' }],
        multiInstanceSettings: { numberOfInstances: 2, coordinationCommandLine: 'y' },
      }),
    );
    made.clock.advance(1);
    expect(made.runs.map((run) => run.packages?.map(({ name }) => name))).toEqual([['app 1'], ['app 1'], ['app 1']]);
  });
});

describe('an auto pool that refers to a package that is not there', () => {
  test('is not made, and its job ends with that scheduling error (batch-semantics 3.7, 9.2; wire-facts 2.4)', async () => {
    const { engine, clock } = await account();
    const { id: _, ...pool } = poolOf('x', 1, { applicationPackageReferences: [{ applicationId: 'nobody' }] });
    const autoPoolSpecification = { poolLifetimeOption: 'job', pool } as const;
    await value(engine.jobs.add({ id: 'job', poolInfo: { autoPoolSpecification } }));
    clock.advance(1);
    expect(await value(engine.jobs.get('job'))).toMatchObject({
      state: 'completed',
      executionInfo: {
        schedulingError: {
          category: 'usererror',
          code: 'InvalidApplicationPackageReferencesInAutoPool',
          details: [{ name: 'nobody', value: 'The specified application package does not exist.' }],
        },
      },
    });
    expect((await value(engine.pools.list({ limit: 1 }))).items).toEqual([]);
  });
});

describe('an account without storage', () => {
  test('refuses references with the service code and says why', async () => {
    const { engine } = await simulatedAccount();
    const references = [{ applicationId: 'app', version: '1' }];
    const sentence = { key: 'app', value: expect.stringContaining('no storage account linked to it') as string };
    const fault = { code: 'InvalidApplicationPackageReferences', values: [sentence] };
    const referring = { applicationPackageReferences: references };
    expect(await engine.pools.add(poolOf('pool', 0, referring))).toMatchObject({ ok: false, fault });
    await value(engine.pools.add(poolOf('pool', 0)));
    const manager = { id: 'm', commandLine: 'x', ...referring };
    const job = { id: 'job', poolInfo: { poolId: 'pool' } };
    expect(await engine.jobs.add({ ...job, jobManagerTask: manager })).toMatchObject({ ok: false, fault });
    await value(engine.jobs.add(job));
    expect(await engine.tasks.add('job', { id: 't', commandLine: 'x', ...referring })).toMatchObject({ fault });
  });
});
