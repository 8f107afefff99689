// Python's `azure-batch` and `azure-storage-blob`, unmodified, against the emulator and Azurite. Each script asserts what it
// sees, stops at the first thing that is wrong, and tells the rest as JSON.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describeNeeding } from '../../support/suite.ts';
import { runProgram, useClientCloud } from '../support/client-cloud.ts';

const scripts = fileURLToPath(new URL('.', import.meta.url));

await describeNeeding(['python'], "Python's azure-batch client", ({ python }) => {
  const cloud = useClientCloud();

  async function factsOf(script: string): Promise<unknown> {
    const { exitCode, stdout, stderr } = await runProgram(python, ['-B', `${script}.py`], {
      environment: cloud().environment,
      cwd: scripts,
    });
    if (exitCode !== 0) throw new Error(`${script}.py ended with ${exitCode}:\n${stderr}`);
    return JSON.parse(stdout) as unknown;
  }

  test('runs the tutorial: upload, start task, tasks, standard output, downloads, clean up', async () => {
    expect(await factsOf('tutorial')).toEqual({
      results: ['success', 'success', 'success'],
      exitCodes: [0, 0, 0],
      stdout: ['the: 2\n', 'three: 3\n', 'batch: 3\n'],
      stderr: ['prepared\n', 'prepared\n', 'prepared\n'],
      ranOnThePool: true,
      startTasks: ['success', 'success'],
      outputs: {
        'taskdata1_OUTPUT.txt': 'the: 2\n',
        'taskdata2_OUTPUT.txt': 'three: 3\n',
        'taskdata3_OUTPUT.txt': 'batch: 3\n',
      },
    });
  });

  test('reads pages by next links while items come and go', async () => {
    expect(await factsOf('paging')).toEqual({
      pages: [10, 10, 5],
      filtered: [4, 4, 2],
      pools: [2, 1],
      refused: '$skipToken',
    });
  });

  test('gets 412 for a write and 304 for a read whose condition does not hold', async () => {
    expect(await factsOf('conditions')).toEqual({
      staleMessage: 'The condition specified using HTTP conditional header(s) is not met.',
      reads: [304, 304, 304, 304],
    });
  });

  test('raises BatchErrorException with code, message and values', async () => {
    expect(await factsOf('refusals')).toMatchObject({
      message: 'The specified pool does not exist.',
      badId: { PropertyName: 'id', PropertyValue: 'not an id', Reason: expect.any(String) as string },
      badImage: {
        PropertyName: 'imageReference',
        Reason: 'The specified imageReference with publisher canonical offer nothing sku 22 is not supported.',
      },
      badPriority: { PropertyName: 'priority', PropertyValue: '1001' },
      noPool: 'poolInfo',
      early: { Reason: 'The files of the specified task cannot be accessed as the task state is still active' },
      unauthenticated: ['AuthenticationErrorDetail'],
    });
  });

  test('adds hundreds of tasks in chunks and threads, and tells which failed', async () => {
    const counts = { active: 0, running: 0, completed: 462, succeeded: 462, failed: 0 };
    expect(await factsOf('collections_of_tasks')).toEqual({
      failed: [['bad', 'InvalidPropertyValue']],
      limit: '1048576',
      counts,
      slots: counts,
    });
  });

  test('lists, describes, reads and deletes files of tasks and nodes', async () => {
    const facts = await factsOf('files');
    expect(facts).toMatchObject({
      stdoutHeaders: {
        'Content-Type': 'text/plain',
        'Content-Length': 11,
        'ocp-batch-file-isdirectory': false,
        ETag: null,
      },
      folder: true,
    });
    expect(facts).toHaveProperty('stdoutHeaders.ocp-batch-file-mode', expect.stringMatching(/^0o100\d{3}$/));
    expect(facts).toHaveProperty('left', expect.not.arrayContaining(['stderr.txt', 'wd/sub']));
  });

  test('filters, selects and expands lists, and learns what is wrong with a filter', async () => {
    expect(await factsOf('odata')).toMatchObject({
      wrong: {
        "STATE eq 'completed'": expect.stringContaining('STATE') as string,
        "state gt 'active'": expect.stringContaining('gt') as string,
        "commandLine eq 'true'": expect.stringContaining('commandLine') as string,
      },
    });
  });

  test('leads jobs through their life, with manager, preparation, release, dependencies and auto pool', async () => {
    expect(await factsOf('jobs')).toMatchObject({
      failedCounts: { completed: 1, succeeded: 0, failed: 1 },
      autoPool: 'made_',
      missingProgram: 'CommandProgramNotFound',
    });
  });

  test('manages node users and scheduling, reboots nodes, and takes them out of the pool', async () => {
    expect(await factsOf('nodes')).toMatchObject({
      starts: 2,
      reimage: { Reason: 'Operation reimage can be invoked only on pools created with cloudServiceConfiguration' },
    });
  });

  test('creates, changes, resizes and deletes pools, and sees a start task fail', async () => {
    expect(await factsOf('pools')).toEqual({ said: 'no luck\n', afterDelete: 'PoolBeingDeleted' });
  });

  test('has the packages of its applications on nodes and for tasks, and files of linked storage', async () => {
    expect(await factsOf('applications')).toEqual({
      started: 'pooled start\n',
      printed: 'pooled task\nown task\nlinked',
      failure: 'ApplicationPackageError',
      missing: ['The reference names no version, and the application has no default version.'],
    });
  });

  test('runs jobs of a schedule', async () => {
    expect(await factsOf('schedules')).toEqual({ previous: 'active', ended: true });
  });

  test('reads images, node counts and certificates, and is refused by name what is not simulated', async () => {
    expect(await factsOf('account')).toMatchObject({
      notSimulated: { logs: '501 NotImplemented', rdp: '409 OperationNotValidOnNode' },
    });
  });
});
