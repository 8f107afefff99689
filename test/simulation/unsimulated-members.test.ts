// What is known and not simulated: refused by name and without effect, stored where it only describes, and stored by a loose account in any case.
import { describe, expect, test } from 'vitest';
import { type PoolAdd, type TaskAdd, unsimulatedMembers } from '../../emulator/engine/index.ts';
import { accountWithPool, poolOf, refusalCode, simulatedAccount, value } from '../support/simulated-account.ts';

const identityReference = { resourceId: '/an/identity' };
const files = [
  { httpUrl: 'http://a/b', filePath: 'b' },
  { httpUrl: 'http://a/c', filePath: 'c', identityReference },
];
const machine = poolOf('p', 0).virtualMachineConfiguration;
if (machine === undefined) throw new Error('The pool of the tests is made of virtual machines.');

const windows = { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku: '2022-Datacenter' };

function withMachine(more: object): Partial<PoolAdd> {
  return {
    virtualMachineConfiguration: { ...machine, ...more } as NonNullable<PoolAdd['virtualMachineConfiguration']>,
  };
}

/** Requests that ask for the member, for every member of a pool that is refused. */
const pools: Readonly<Record<string, Partial<PoolAdd>>> = {
  'virtualMachineConfiguration.imageReference': withMachine({
    imageReference: windows,
    nodeAgentSKUId: 'batch.node.windows amd64',
  }),
  'virtualMachineConfiguration.imageReference.virtualMachineImageId': withMachine({
    imageReference: { virtualMachineImageId: '/subscriptions/s/an/image' },
  }),
  'virtualMachineConfiguration.dataDisks': withMachine({ dataDisks: [{ lun: 0, diskSizeGB: 1 }] }),
  'virtualMachineConfiguration.extensions': withMachine({ extensions: [{ name: 'e', publisher: 'p', type: 't' }] }),
  'virtualMachineConfiguration.containerConfiguration.containerRegistries.identityReference': withMachine({
    containerConfiguration: { type: 'dockerCompatible', containerRegistries: [{ identityReference }] },
  }),
  'networkConfiguration.subnetId': { networkConfiguration: { subnetId: '/a/subnet' } },
  'networkConfiguration.dynamicVNetAssignmentScope': { networkConfiguration: { dynamicVNetAssignmentScope: 'job' } },
  'networkConfiguration.endpointConfiguration.inboundNATPools': {
    networkConfiguration: { endpointConfiguration: { inboundNATPools: [{ name: 'n' }] } },
  },
  mountConfiguration: { mountConfiguration: [{ nfsMountConfiguration: { source: 's', relativeMountPath: 'm' } }] },
  'startTask.resourceFiles.identityReference': { startTask: { commandLine: 'true', resourceFiles: files } },
  'startTask.containerSettings.registry.identityReference': {
    startTask: { commandLine: 'true', containerSettings: { imageName: 'i', registry: { identityReference } } },
  },
};

/** A refusal as its code, and the member that it names. */
async function refusalOf(reply: Promise<{ ok: boolean }>): Promise<unknown> {
  const outcome = (await reply) as { ok: boolean; fault?: { code: string; values?: { key: string; value: string }[] } };
  const named = outcome.fault?.values?.find(({ key }) => key === 'PropertyName')?.value;
  return [outcome.fault?.code, named];
}

describe('a pool that asks for what is not simulated', () => {
  test('has a test here for every member that is refused', () => {
    const names = unsimulatedMembers.pool.filter(({ answer }) => answer === 'refused').map(({ member }) => member);
    expect(['cloudServiceConfiguration', ...Object.keys(pools)]).toEqual(names);
  });

  test.each(Object.entries(pools))('is refused for its %s', async (member, more) => {
    const { engine } = await simulatedAccount();
    const adding = engine.pools.add({ ...poolOf('p', 0), ...more });
    expect(await refusalOf(adding)).toEqual(['UnsupportedProperty', member]);
    expect(await refusalCode(engine.pools.get('p'))).toBe('PoolNotFound');
  });

  test.each(Object.entries(pools))('is stored by a loose account with its %s', async (_member, more) => {
    const { engine } = await simulatedAccount({ settings: { loose: true } });
    expect(await value(engine.pools.add({ ...poolOf('p', 0), ...more }))).toMatchObject({ id: 'p' });
    const shown = await value(engine.pools.get('p'));
    for (const name of Object.keys(more) as (keyof PoolAdd)[]) expect(shown).toMatchObject({ [name]: more[name] });
  });

  test('is refused for being a cloud service', async () => {
    const { virtualMachineConfiguration: _, ...rest } = poolOf('p', 0);
    const { engine } = await simulatedAccount();
    const adding = engine.pools.add({ ...rest, cloudServiceConfiguration: { osFamily: '6' } });
    expect(await refusalOf(adding)).toEqual(['UnsupportedProperty', 'cloudServiceConfiguration']);
  });

  test('is refused a patch and a replacement of the same kind', async () => {
    const { engine } = await accountWithPool(0);
    const startTask = { commandLine: 'true', resourceFiles: files };
    const member = 'startTask.resourceFiles.identityReference';
    expect(await refusalOf(engine.pools.patch('pool', { startTask }))).toEqual(['UnsupportedProperty', member]);
    const properties = { certificateReferences: [], applicationPackageReferences: [], metadata: [], startTask };
    expect(await refusalOf(engine.pools.updateProperties('pool', properties))).toEqual(['UnsupportedProperty', member]);
    expect((await value(engine.pools.get('pool'))).startTask).toBeUndefined();
  });

  test.each([
    ['an empty list', { mountConfiguration: [] }],
    ['a network without effect', { networkConfiguration: { dynamicVNetAssignmentScope: 'none' } }],
    ['a licence', { applicationLicenses: ['maya'] }],
    ['a zone', withMachine({ nodePlacementConfiguration: { policy: 'zonal' } })],
  ])('is stored when that is only %s', async (_what, more) => {
    const { engine } = await simulatedAccount();
    expect(await value(engine.pools.add({ ...poolOf('p', 0), ...more }))).toMatchObject(more);
  });
});

describe('jobs and schedules that ask for it', () => {
  const jobs = [
    ['networkConfiguration', { networkConfiguration: { subnetId: 's' } }],
    [
      'jobManagerTask.resourceFiles.identityReference',
      { jobManagerTask: { id: 'm', commandLine: 'x', resourceFiles: files } },
    ],
    [
      'poolInfo.autoPoolSpecification.pool.mountConfiguration',
      {
        poolInfo: {
          autoPoolSpecification: {
            poolLifetimeOption: 'job',
            pool: { vmSize: 'a1', virtualMachineConfiguration: machine, ...pools['mountConfiguration'] },
          },
        },
      },
    ],
  ] as const;

  test.each(jobs)('are refused for their %s', async (member, more) => {
    const { engine } = await accountWithPool(0);
    const specification = { poolInfo: { poolId: 'pool' }, ...more };
    expect(await refusalOf(engine.jobs.add({ id: 'j', ...specification }))).toEqual(['UnsupportedProperty', member]);
    const schedule = { id: 's', schedule: {}, jobSpecification: specification };
    expect(await refusalOf(engine.schedules.add(schedule))).toEqual(['UnsupportedProperty', member]);
    expect(await refusalCode(engine.jobs.get('j'))).toBe('JobNotFound');
    expect(await refusalCode(engine.schedules.get('s'))).toBe('JobScheduleNotFound');
  });
});

describe('a task that asks for it', () => {
  const tasks: readonly (readonly [string, Partial<TaskAdd>])[] = [
    ['resourceFiles.identityReference', { resourceFiles: files }],
    [
      'multiInstanceSettings.commonResourceFiles.identityReference',
      { multiInstanceSettings: { coordinationCommandLine: 'x', numberOfInstances: 1, commonResourceFiles: files } },
    ],
    [
      'containerSettings.registry.identityReference',
      { containerSettings: { imageName: 'i', registry: { identityReference } } },
    ],
    [
      'outputFiles.destination.container.identityReference',
      {
        outputFiles: [
          {
            filePattern: '*',
            destination: { container: { containerUrl: 'http://c', identityReference } },
            uploadOptions: { uploadCondition: 'taskcompletion' },
          },
        ],
      },
    ],
  ];

  test.each(tasks)(
    'is refused for its %s, alone and in a collection (batch-semantics 9.1, 9.3)',
    async (member, more) => {
      const { engine } = await accountWithPool(0);
      await value(engine.jobs.add({ id: 'j', poolInfo: { poolId: 'pool' } }));
      const task = { id: 't', commandLine: 'true', ...more };
      expect(await refusalOf(engine.tasks.add('j', task))).toEqual(['UnsupportedProperty', member]);
      const results = await value(engine.tasks.addCollection('j', [task, { id: 'u', commandLine: 'true' }]));
      expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'added']);
      expect(await refusalCode(engine.tasks.get('j', 't'))).toBe('TaskNotFound');
    },
  );
});

describe('references to application packages, which no account has', () => {
  const applicationPackageReferences = [{ applicationId: 'app' }];

  test('are refused on pools, job managers and tasks', async () => {
    const { engine } = await accountWithPool(0);
    const code = 'InvalidApplicationPackageReferences';
    expect(await refusalCode(engine.pools.add({ ...poolOf('p', 0), applicationPackageReferences }))).toBe(code);
    expect(await refusalCode(engine.pools.patch('pool', { applicationPackageReferences }))).toBe(code);
    const jobManagerTask = { id: 'm', commandLine: 'x', applicationPackageReferences };
    expect(await refusalCode(engine.jobs.add({ id: 'j', poolInfo: { poolId: 'pool' }, jobManagerTask }))).toBe(code);
    await value(engine.jobs.add({ id: 'j', poolInfo: { poolId: 'pool' } }));
    const task = { id: 't', commandLine: 'x', applicationPackageReferences };
    expect(await refusalCode(engine.tasks.add('j', task))).toBe(code);
  });
});

describe('users of Linux nodes', () => {
  test('have no Windows settings', async () => {
    const { engine } = await simulatedAccount();
    const userAccounts = [{ name: 'u', password: 'p', windowsUserConfiguration: { loginMode: 'batch' } }];
    expect(await refusalOf(engine.pools.add({ ...poolOf('p', 0), userAccounts }))).toEqual([
      'InvalidPropertyValue',
      'windowsUserConfiguration',
    ]);
  });
});
