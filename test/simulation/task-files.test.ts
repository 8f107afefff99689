// Resource files, output files and directories as tasks ask for them and nodes are told: batch-semantics 9.1, 9.3 and 10.1, in
// virtual time. What nodes do about them is in test/contract/node-runtime/parts.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { OutputFile, ResourceFile, TaskAdd } from '../../emulator/engine/index.ts';
import { type LoggedAccountOptions, addJob, addTasks, firstNodeId, loggedAccount, runsOf } from '../support/run-log.ts';
import { accountWithPool, poolOf, refusalCode, value } from '../support/simulated-account.ts';

const file: ResourceFile = { httpUrl: 'http://a/c/b?sig=s', filePath: 'dir/b' };
const container: ResourceFile = { storageContainerUrl: 'http://a/c?sig=s' };

const preProcessing = {
  phase: 'preProcessing',
  category: 'usererror',
  code: 'BlobAccessDenied',
  message: 'The specified Azure Blob(s) cannot be accessed',
} as const;

async function withTask(more: Partial<TaskAdd>, options: LoggedAccountOptions = {}) {
  const account = await loggedAccount(options);
  await addJob(account);
  await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true', ...more }));
  account.clock.advance(1);
  const task = () => value(account.engine.tasks.get('job', 't'));
  return { ...account, account, task };
}

describe('a resource file', () => {
  it.each([
    ['without a source', { filePath: 'a' }],
    ['with two sources', { ...file, storageContainerUrl: 'http://a/c' }],
    ['of a URL with a prefix', { ...file, blobPrefix: 'x' }],
    ['with a path above its directory', { ...file, filePath: '../a' }],
    ['with a path that climbs in its middle', { ...container, filePath: 'a/../../b' }],
    ['with a path from the root', { ...file, filePath: '/etc/a' }],
    ['with a mode that is not octal', { ...file, fileMode: '0778' }],
  ])('%s is refused, for tasks and for start tasks (batch-semantics 9.1)', async (_what, wrong) => {
    const { engine } = await accountWithPool(0);
    await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    const code = 'InvalidPropertyValue';
    const task = { id: 't', commandLine: 'x', resourceFiles: [file, wrong] };
    expect(await refusalCode(engine.tasks.add('job', task))).toBe(code);
    const startTask = { commandLine: 'x', resourceFiles: [wrong] };
    expect(await refusalCode(engine.pools.add(poolOf('other', 0, { startTask })))).toBe(code);
  });

  it('of a URL needs the path of the file, and of a container may name a directory (batch-semantics 9.1)', async () => {
    const { engine, runs, clock } = await withTask({
      resourceFiles: [file, container, { ...container, filePath: 'in', blobPrefix: 'x/', fileMode: '0644' }],
    });
    clock.advance(1);
    const source = { kind: 'container', url: 'http://a/c?sig=s' };
    expect(runs[0]?.run.resourceFiles).toEqual([
      { source: { kind: 'url', url: 'http://a/c/b?sig=s' }, path: 'dir/b' },
      { source, path: '' },
      { source: { ...source, prefix: 'x/' }, path: 'in', mode: '0644' },
    ]);
    const task = { id: 'u', commandLine: 'x', resourceFiles: [{ httpUrl: 'http://a/c/b' }] };
    expect(await refusalCode(engine.tasks.add('job', task))).toBe('MissingRequiredProperty');
  });

  it('that cannot be fetched fails its task, which is not tried again (batch-semantics 2.7, 9.1)', async () => {
    const { task, runs } = await withTask(
      { resourceFiles: [file], constraints: { maxTaskRetryCount: 3 } },
      { program: () => ({ failure: preProcessing }) },
    );
    expect(await task()).toMatchObject({
      state: 'completed',
      executionInfo: { result: 'failure', retryCount: 0, failureInfo: { code: 'BlobAccessDenied' } },
    });
    expect((await task()).executionInfo.exitCode).toBeUndefined();
    expect(runs).toHaveLength(1);
  });

  it('is asked for again at each attempt, in a clean directory (batch-semantics 9.1)', async () => {
    const { runs } = await withTask({
      commandLine: 'false',
      resourceFiles: [file],
      constraints: { maxTaskRetryCount: 1 },
    });
    expect(runs.map(({ run }) => [run.directory, run.clean, run.resourceFiles.length])).toEqual([
      ['workitems/job/job-1/t', true, 1],
      ['workitems/job/job-1/t', true, 1],
    ]);
  });

  it('goes where its own task is: of start, preparation, release and job manager tasks, too (batch-semantics 9.1, 10.1)', async () => {
    const resourceFiles = [file];
    const account = await loggedAccount({ pool: { startTask: { commandLine: 'true', resourceFiles } } });
    await addJob(account, {
      jobPreparationTask: { commandLine: 'true', resourceFiles },
      jobReleaseTask: { commandLine: 'true', resourceFiles },
      jobManagerTask: { id: 'boss', commandLine: 'true', resourceFiles },
    });
    account.clock.advance(1000);
    expect(account.runs.map(({ run }) => [run.directory, run.resourceFiles[0]?.path])).toEqual([
      ['startup', 'dir/b'],
      ['workitems/job/job-1/jobpreparation', 'dir/b'],
      ['workitems/job/job-1/boss', 'dir/b'],
      ['workitems/job/job-1/jobrelease', 'dir/b'],
    ]);
  });

  it('shares 32,768 characters with the others of its task (batch-semantics 3.9, 9.1)', async () => {
    const { engine } = await accountWithPool(0);
    await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    const filesOf = (length: number): readonly ResourceFile[] => {
      const rest = JSON.stringify([{ ...file, filePath: '' }]).length;
      return [{ ...file, filePath: 'x'.repeat(length - rest) }];
    };
    const add = (id: string, length: number) =>
      engine.tasks.add('job', { id, commandLine: 'x', resourceFiles: filesOf(length) });
    await value(add('fits', 32_768));
    const refused = await add('big', 32_769);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'RequestEntityTooLarge' } });
    expect(JSON.stringify(refused)).toContain('Total size of resourceFiles cannot be more than 32768 characters');
  });

  it('of many tasks comes with at most 100 of them at a time (batch-semantics 9.1)', async () => {
    const { engine } = await accountWithPool(0);
    await value(engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    const tasks = Array.from({ length: 101 }, (_, index) => ({
      id: `t${index}`,
      commandLine: 'x',
      resourceFiles: [file],
    }));
    expect(await refusalCode(engine.tasks.addCollection('job', tasks))).toBe('InvalidPropertyValue');
    expect(await value(engine.tasks.addCollection('job', tasks.slice(1)))).toHaveLength(100);
    expect(await refusalCode(engine.tasks.get('job', 't0'))).toBe('TaskNotFound');
  });
});

const output = (more: Partial<OutputFile['destination']['container']> = {}): OutputFile => ({
  filePattern: '../std*.txt',
  destination: { container: { containerUrl: 'http://a/out?sig=s', path: 'logs', ...more } },
  uploadOptions: { uploadCondition: 'taskcompletion' },
});

describe('an output file', () => {
  it('comes to the node with pattern, path, condition and headers (batch-semantics 9.3)', async () => {
    const uploadHeaders = [{ name: 'x-ms-blob-content-type', value: 'text/plain' }];
    const { runs } = await withTask({ outputFiles: [output({ uploadHeaders })] });
    expect(runs[0]?.run.outputFiles).toEqual([
      {
        pattern: '../std*.txt',
        containerUrl: 'http://a/out?sig=s',
        path: 'logs',
        condition: 'taskcompletion',
        headers: uploadHeaders,
      },
    ]);
  });

  it('that cannot be uploaded fails its task, with the exit code and without another try (batch-semantics 2.7, 3.3, 9.3)', async () => {
    const failure = {
      phase: 'fileUpload',
      category: 'usererror',
      code: 'FileUploadAccessDenied',
      message: 'Access to one of the output containers was denied',
    } as const;
    const { task, runs } = await withTask(
      { outputFiles: [output()], constraints: { maxTaskRetryCount: 3 } },
      { program: () => ({ exitCode: 0, failure }) },
    );
    expect(await task()).toMatchObject({
      state: 'completed',
      executionInfo: {
        exitCode: 0,
        result: 'failure',
        retryCount: 0,
        failureInfo: { category: 'usererror', code: 'FileUploadAccessDenied' },
      },
    });
    expect(runs).toHaveLength(1);
  });

  it('that cannot be uploaded calls for what the task says of that (batch-semantics 9.3)', async () => {
    const account = await loggedAccount({
      program: () => ({
        exitCode: 0,
        failure: { phase: 'fileUpload', category: 'usererror', code: 'FileUploadContainerNotFound', message: 'gone' },
      }),
    });
    await addJob(account, { onTaskFailure: 'performexitoptionsjobaction' });
    const exitConditions = {
      fileUploadError: { jobAction: 'terminate' },
      default: { jobAction: 'none' },
    } as const;
    await value(
      account.engine.tasks.add('job', { id: 't', commandLine: 'true', exitConditions, outputFiles: [output()] }),
    );
    account.clock.advance(1000);
    expect(await value(account.engine.jobs.get('job'))).toMatchObject({
      state: 'completed',
      executionInfo: { terminateReason: 'TaskFailed' },
    });
  });

  it('is asked for at each attempt (batch-semantics 9.3)', async () => {
    const { runs } = await withTask({
      commandLine: 'false',
      outputFiles: [output()],
      constraints: { maxTaskRetryCount: 2 },
    });
    expect(runs.map(({ run }) => [run.outputFiles.length, run.noUploads])).toEqual([
      [1, undefined],
      [1, undefined],
      [1, undefined],
    ]);
  });
});

describe('the directory of a task', () => {
  it('is below its job, or below the number of the run of a schedule (batch-semantics 10.1)', async () => {
    const account = await loggedAccount();
    await addJob(account);
    await addTasks(account, 'true');
    await value(
      account.engine.schedules.add({
        id: 'nightly',
        schedule: { recurrenceInterval: duration.hours(1) },
        jobSpecification: {
          poolInfo: { poolId: 'pool' },
          jobManagerTask: { id: 'boss', commandLine: 'true' },
        },
      }),
    );
    account.clock.advance(duration.hours(1) + duration.minutes(1));
    expect(runsOf(account, 'task').map(({ run }) => run.directory)).toEqual([
      'workitems/job/job-1/t0',
      'workitems/nightly/job-1/boss',
      'workitems/nightly/job-2/boss',
    ]);
  });

  it('is deleted with the task, with its job, and after seven days (batch-semantics 10.1)', async () => {
    const account = await loggedAccount();
    const node = await firstNodeId(account);
    const isThere = async (path: string) => (await account.runtime.files.stat(node, path)) !== undefined;
    await addJob(account);
    await addJob(account, { id: 'other' });
    await addTasks(account, 'true', 'true');
    await value(account.engine.tasks.add('other', { id: 't', commandLine: 'true' }));
    account.clock.advance(1000);
    const paths = ['workitems/job/job-1/t0', 'workitems/job/job-1/t1', 'workitems/other/job-1/t'];
    expect(await Promise.all(paths.map(isThere))).toEqual([true, true, true]);
    await value(account.engine.tasks.delete('job', 't0'));
    await value(account.engine.jobs.delete('other'));
    account.clock.advance(duration.days(7) - 2000);
    expect(await Promise.all(paths.map(isThere))).toEqual([false, true, false]);
    account.clock.advance(2000);
    expect(await Promise.all(paths.map(isThere))).toEqual([false, false, false]);
    expect(await refusalCode(account.engine.files.ofTask('job', 't1'))).toBe('TaskFilesCleanedup');
  });

  it('is gone with its node (batch-semantics 10.1)', async () => {
    const { engine, clock, account } = await withTask({});
    const node = await firstNodeId(account);
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 0 }));
    clock.advance(1);
    expect(await refusalCode(engine.files.ofTask('job', 't'))).toBe('TaskFilesUnavailable');
    expect(await refusalCode(engine.files.ofNode('pool', node))).toBe('NodeNotFound');
  });

  it('is there for readers from the start of the task on, not before (batch-semantics 10.1)', async () => {
    const { engine, clock } = await withTask({ commandLine: 'sleep 60' }, { nodes: 0 });
    expect(await refusalCode(engine.files.ofTask('job', 't'))).toBe('OperationInvalidForCurrentState');
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 1 }));
    clock.advance(1000);
    expect((await value(engine.files.ofTask('job', 't'))).directory).toBe('workitems/job/job-1/t');
  });
});
