// The environment variables of a task.
import { expect, test } from 'vitest';
import type { RunSpec } from '../../../../emulator/engine/index.ts';
import type { World } from '../target.ts';

export function environmentTests(world: () => World): void {
  async function environment(
    more: Partial<RunSpec> = {},
  ): Promise<{ variables: Record<string, string>; spec: RunSpec }> {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, '/usr/bin/env -0', more);
    const pairs = (await w.text(node, spec, 'stdout.txt')).split('\0').filter((line) => line.includes('='));
    const split = pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
    return { variables: Object.fromEntries(split), spec };
  }

  test('the directories are those of the node and of the run (batch-semantics 10.1, 10.2)', async () => {
    const { variables, spec } = await environment();
    const root = variables['AZ_BATCH_NODE_ROOT_DIR'] ?? '';
    expect(root).toMatch(/^\/.+[^/]$/);
    expect(variables).toMatchObject({
      AZ_BATCH_NODE_SHARED_DIR: `${root}/shared`,
      AZ_BATCH_NODE_STARTUP_DIR: `${root}/startup`,
      AZ_BATCH_NODE_STARTUP_WORKING_DIR: `${root}/startup/wd`,
      AZ_BATCH_NODE_MOUNTS_DIR: `${root}/fsmounts`,
      AZ_BATCH_TASK_DIR: `${root}/${spec.directory}`,
      AZ_BATCH_TASK_WORKING_DIR: `${root}/${spec.directory}/wd`,
      AZ_BATCH_CERTIFICATES_DIR: `${root}/${spec.directory}/certs`,
      HOME: `${root}/${spec.directory}/wd`,
      PWD: `${root}/${spec.directory}/wd`,
    });
    expect(variables['PATH']).toMatch(/^\/usr\/local\/sbin:\/usr\/local\/bin:\/usr\/sbin:\/usr\/bin:\/sbin:\/bin:/);
    expect(variables['PATH']?.endsWith(`:${root}/shared:${root}/${spec.directory}/wd`)).toBe(true);
    expect(Number(variables['AZ_BATCH_TASK_RESERVED_EPHEMERAL_DISK_SPACE_BYTES'])).toBeGreaterThan(0);
    expect(variables['AZ_BATCH_JOB_PREP_DIR']).toBeUndefined();
    expect(variables['AZ_BATCH_TASK_SHARED_DIR']).toBeUndefined();
  });

  test('the job preparation directory is shown to tasks and hidden from the preparation itself (batch-semantics 5.1, 10.2)', async () => {
    const preparationDirectory = 'workitems/job/job-1/jobpreparation';
    const { variables } = await environment({ preparationDirectory });
    const root = variables['AZ_BATCH_NODE_ROOT_DIR'] ?? '';
    expect(variables['AZ_BATCH_JOB_PREP_DIR']).toBe(`${root}/${preparationDirectory}`);
    expect(variables['AZ_BATCH_JOB_PREP_WORKING_DIR']).toBe(`${root}/${preparationDirectory}/wd`);
  });

  test('a start task is in the startup directory of its node, and has no job (batch-semantics 6)', async () => {
    const { variables } = await environment({ kind: 'startTask', directory: 'startup' });
    const root = variables['AZ_BATCH_NODE_ROOT_DIR'] ?? '';
    expect(variables).toMatchObject({ AZ_BATCH_TASK_DIR: `${root}/startup`, PWD: `${root}/startup/wd` });
    expect(variables['AZ_BATCH_JOB_ID']).toBeUndefined();
    expect(variables['AZ_BATCH_TASK_ID']).toBeUndefined();
  });

  test('the instances of a task are told the directory that they share, and their peers as the service named them (batch-semantics 7)', async () => {
    const peers = {
      AZ_BATCH_NODE_LIST: '10.0.0.4;10.0.0.5',
      AZ_BATCH_HOST_LIST: '10.0.0.4,10.0.0.5',
      AZ_BATCH_MASTER_NODE: '10.0.0.4:6000',
      AZ_BATCH_IS_CURRENT_NODE_MASTER: 'false',
      CCP_NODES: '2 10.0.0.4 2 10.0.0.5 2',
    };
    const sent = Object.entries(peers).map(([name, value]) => ({ name, value }));
    const { variables, spec } = await environment({ kind: 'coordination', environment: sent });
    const root = variables['AZ_BATCH_NODE_ROOT_DIR'] ?? '';
    expect(variables).toMatchObject({ ...peers, AZ_BATCH_TASK_SHARED_DIR: `${root}/${spec.directory}` });
  });

  test.each([
    [{ kind: 'auto', scope: 'pool', admin: false }, '_azbatch', 'PoolNonAdmin'],
    [{ kind: 'auto', scope: 'pool', admin: true }, '_azbatch', 'PoolAdmin'],
    [{ kind: 'auto', scope: 'task', admin: false }, '_azbatchtask_start', 'TaskNonAdmin'],
  ] as const)(
    'the variables tell which user %o Azure would take (batch-semantics 10.2, 10.4)',
    async (user, name, identity) => {
      const { variables } = await environment({ user, kind: 'startTask', directory: 'startup' });
      expect(variables['AZ_BATCH_TASK_USER']).toBe(name);
      expect(variables['AZ_BATCH_TASK_USER_IDENTITY']).toBe(identity);
      expect(variables['USER']).toBe(name);
    },
  );

  test('values may refer to other variables, and what nobody set stays as it is written (batch-semantics 10.2)', async () => {
    const { variables } = await environment({
      environment: [
        { name: 'DATA', value: '$AZ_BATCH_NODE_SHARED_DIR/data' },
        { name: 'FILE', value: '${DATA}/f' },
        { name: 'PATH', value: '$PATH:/opt/mine' },
        { name: 'PASSWORD', value: 'a$5b$nobody c=d' },
        { name: 'LINES', value: 'one\ntwo' },
        { name: 'EMPTY', value: '' },
      ],
    });
    const root = variables['AZ_BATCH_NODE_ROOT_DIR'] ?? '';
    expect(variables).toMatchObject({
      FILE: `${root}/shared/data/f`,
      PASSWORD: 'a$5b$nobody c=d',
      LINES: 'one\ntwo',
      EMPTY: '',
    });
    expect(variables['PATH']).toMatch(/^\/usr\/local\/sbin:.*:\/opt\/mine$/);
  });

  test('variables that refer to each other in a circle are a failure before the start (batch-semantics 10.2)', async () => {
    const w = world();
    const end = await w.finish(await w.startNode(), '/bin/true', {
      environment: [
        { name: 'A', value: '$B' },
        { name: 'B', value: '$A' },
      ],
    });
    expect(end.failure).toMatchObject({
      code: 'CommandLaunchFailed',
      details: [{ name: 'Message', value: expect.stringContaining('refers to itself') }],
    });
  });

  test("the node's own variables cannot be overridden (batch-semantics 10.2)", async () => {
    const { variables } = await environment({
      environment: [
        { name: 'AZ_BATCH_NODE_ROOT_DIR', value: '/' },
        { name: 'AZ_BATCH_TASK_ID', value: 'task$PATH' },
      ],
    });
    expect(variables['AZ_BATCH_NODE_ROOT_DIR']).not.toBe('/');
    expect(variables['AZ_BATCH_TASK_ID']).toBe('task$PATH');
  });

  test("nothing of the server's own environment is seen (batch-semantics 10.2)", async () => {
    process.env['BATCHRITE_TEST_SECRET'] = 'hush';
    try {
      const { variables } = await environment();
      const known = /^(AZ_BATCH_\w+|HOME|PWD|PATH|USER|LANG|TZ)$/;
      expect(Object.keys(variables).filter((name) => !known.test(name))).toEqual([]);
    } finally {
      delete process.env['BATCHRITE_TEST_SECRET'];
    }
  });
}
