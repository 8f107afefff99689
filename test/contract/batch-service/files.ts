// Contract: files of tasks and of nodes.
import { describe, expect } from 'vitest';
import { isFault } from '../../../core/kernel/index.ts';
import type { ContractContext } from './contract-target.ts';
import { collect, expectFault, shell, text } from './contract-target.ts';

/** Spaces, quotes, letters beyond ASCII, and what means something in a URL. */
const ODD_NAMES = ['a b.txt', 'it"s.txt', 'größe.txt', '日本語.txt', '100%41.txt', 'q?x=1&y#z.txt', 'p+q;r,s.txt'];

export function describeFiles(context: ContractContext): void {
  describe('files', () => {
    describeLists(context);
    describeReads(context);
    describeRefusals(context);
    describeNodeFiles(context);
  });
}

function describeLists(context: ContractContext): void {
  const { test } = context;

  test('the list of a task has its output and everything below its working directory (batch-semantics 10.1)', async () => {
    const script = 'echo hello; mkdir -p deep/er; echo 12345 > deep/er/file.txt';
    const jobId = await context.run({ id: 't', commandLine: shell(script) });
    const files = await collect(context.service.files.listOfTask(jobId, 't'));
    const found = (name: string) => files.find((file) => file.name === name);
    expect(found('stdout.txt')).toMatchObject({ isDirectory: false, size: 6 });
    expect(found('stderr.txt')).toMatchObject({ isDirectory: false, size: 0 });
    expect(found('wd')).toMatchObject({ isDirectory: true, size: 0 });
    expect(found('wd/deep/er')).toMatchObject({ isDirectory: true });
    expect(found('wd/deep/er/file.txt')).toMatchObject({ isDirectory: false, size: 6 });
    expect(found('stdout.txt')?.modifiedAt).toBeGreaterThan(0);
  });

  test('a file is looked at without reading it', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('echo hello') });
    const { files } = context.service;
    expect(await files.statOfTask(jobId, 't', 'stdout.txt')).toMatchObject({
      name: 'stdout.txt',
      isDirectory: false,
      size: 6,
    });
    expect(await files.statOfTask(jobId, 't', 'wd')).toMatchObject({ name: 'wd', isDirectory: true, size: 0 });
  });

  test('files with odd names are listed, looked at and read', async () => {
    // The names travel as variables, so that no shell has to be told how to quote them.
    const environment = ODD_NAMES.map((value, index) => ({ name: `NAME${index}`, value }));
    const script = ODD_NAMES.map((_, index) => `echo "content ${index}" > "$NAME${index}"`).join('; ');
    const jobId = await context.run({ id: 't', commandLine: shell(script), environment });
    const { files } = context.service;
    const listed = (await collect(files.listOfTask(jobId, 't'))).map(({ name }) => name);
    expect(listed).toEqual(expect.arrayContaining(ODD_NAMES.map((name) => `wd/${name}`)));
    for (const [index, name] of ODD_NAMES.entries()) {
      expect(await files.statOfTask(jobId, 't', `wd/${name}`)).toMatchObject({ name: `wd/${name}`, size: 10 });
      expect(await text(files.readOfTask(jobId, 't', `wd/${name}`))).toBe(`content ${index}\n`);
    }
  });
}

function describeReads(context: ContractContext): void {
  const { test } = context;

  test('a file is read whole, in part and from a place on', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('printf 0123456789') });
    const read = (range?: { start: number; end?: number }) =>
      text(context.service.files.readOfTask(jobId, 't', 'stdout.txt', range === undefined ? {} : { range }));
    expect(await read()).toBe('0123456789');
    expect(await read({ start: 2, end: 4 })).toBe('234');
    expect(await read({ start: 0, end: 0 })).toBe('0');
    expect(await read({ start: 7 })).toBe('789');
    expect(await read({ start: 7, end: 1000 })).toBe('789');
  });

  test('an empty file is read as nothing', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('true') });
    expect(await text(context.service.files.readOfTask(jobId, 't', 'stderr.txt'))).toBe('');
  });

  test('output of several megabytes is the same in one piece and in ranges', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('seq 1 1000000') });
    const { files } = context.service;
    const { size } = await files.statOfTask(jobId, 't', 'stdout.txt');
    const whole = await text(files.readOfTask(jobId, 't', 'stdout.txt'));
    expect(whole.length).toBe(size);
    expect(whole.startsWith('1\n2\n3\n')).toBe(true);
    expect(whole.endsWith('\n999999\n1000000\n')).toBe(true);
    const step = 2_000_003;
    let pieces = '';
    for (let start = 0; start < size; start += step) {
      pieces += await text(files.readOfTask(jobId, 't', 'stdout.txt', { range: { start, end: start + step - 1 } }));
    }
    expect(pieces === whole).toBe(true);
  });

  test('several readers at the same time all get everything', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('seq 1 200000') });
    const read = () => text(context.service.files.readOfTask(jobId, 't', 'stdout.txt'));
    const lengths = (await Promise.all(Array.from({ length: 8 }, read))).map(({ length }) => length);
    expect(new Set(lengths)).toEqual(new Set([1_288_895]));
  });

  test('a reader may stop early', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('seq 1 200000') });
    for await (const chunk of context.service.files.readOfTask(jobId, 't', 'stdout.txt')) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(await context.service.files.statOfTask(jobId, 't', 'stdout.txt')).toMatchObject({ size: 1_288_895 });
  });

  test('the output of a running task can be read up to now (batch-semantics 10.1)', async () => {
    const jobId = await context.createJob({ poolId: await context.sharedPool() });
    await context.service.tasks.addAll(jobId, [{ id: 't', commandLine: shell('echo early; sleep 600') }]);
    await context.untilTask(jobId, 't', 'running');
    const read = () =>
      text(context.service.files.readOfTask(jobId, 't', 'stdout.txt')).catch((error: unknown) => {
        // A task is running from the moment its node has it; its output exists a moment later.
        if (isFault(error, 'notFound')) return '';
        throw error;
      });
    expect(await context.until(read, (output) => output !== '')).toBe('early\n');
    await context.service.tasks.terminate(jobId, 't');
  });
}

function describeRefusals(context: ContractContext): void {
  const { test } = context;

  test('a file that does not exist is not found', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('true') });
    const { files } = context.service;
    await expectFault(files.statOfTask(jobId, 't', 'wd/missing.txt'), 'notFound', 'FileNotFound');
    await expectFault(text(files.readOfTask(jobId, 't', 'wd/missing.txt')), 'notFound', 'FileNotFound');
  });

  test('a path that leaves the directory of the task is not found', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('ln -s /etc/passwd link') });
    const { files } = context.service;
    const path = '../../../../../../../../etc/passwd';
    await expectFault(text(files.readOfTask(jobId, 't', path)), 'notFound', 'FileNotFound');
    await expectFault(files.statOfTask(jobId, 't', path), 'notFound', 'FileNotFound');
  });

  test('files of a task or job that does not exist are not found', async () => {
    const { files } = context.service;
    const jobId = await context.createJob();
    await expectFault(collect(files.listOfTask(jobId, 'missing')), 'notFound', 'TaskNotFound');
    await expectFault(files.statOfTask(jobId, 'missing', 'stdout.txt'), 'notFound', 'TaskNotFound');
    await expectFault(text(files.readOfTask(jobId, 'missing', 'stdout.txt')), 'notFound', 'TaskNotFound');
    const missing = context.id('missing');
    await expectFault(collect(files.listOfTask(missing, 't')), 'notFound', 'JobNotFound');
    await expectFault(text(files.readOfTask(missing, 't', 'stdout.txt')), 'notFound', 'JobNotFound');
  });

  test('files of a task that has not run yet are refused (batch-semantics 10.1)', async () => {
    const { files } = context.service;
    const jobId = await context.createJob();
    await context.service.tasks.addAll(jobId, [{ id: 't', commandLine: shell('true') }]);
    const code = 'OperationInvalidForCurrentState';
    await expectFault(text(files.readOfTask(jobId, 't', 'stdout.txt')), 'conflict', code);
    await expectFault(files.statOfTask(jobId, 't', 'stdout.txt'), 'conflict', code);
    await expectFault(collect(files.listOfTask(jobId, 't')), 'conflict', code);
  });

  test('a range beyond the end is refused', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('printf 0123456789') });
    const content = context.service.files.readOfTask(jobId, 't', 'stdout.txt', { range: { start: 10 } });
    await expectFault(text(content), 'invalid', 'InvalidRange');
  });

  test('a range that is none is refused', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('printf 0123456789') });
    for (const range of [{ start: -1 }, { start: 5, end: 4 }, { start: 0.5 }]) {
      await expectFault(text(context.service.files.readOfTask(jobId, 't', 'stdout.txt', { range })), 'invalid');
    }
  });
}

function describeNodeFiles(context: ContractContext): void {
  const { test } = context;

  test('a node has the files of its start task and of its tasks (batch-semantics 10.1)', async () => {
    const jobId = await context.run({ id: 't', commandLine: shell('echo hello') });
    const { node } = await context.untilTask(jobId, 't', 'completed');
    const { poolId = '', nodeId = '' } = node ?? {};
    const { files } = context.service;
    const names = (await collect(files.listOfNode(poolId, nodeId))).map(({ name }) => name);
    const output = `workitems/${jobId}/job-1/t/stdout.txt`;
    expect(names).toEqual(expect.arrayContaining(['shared', 'startup', 'startup/stdout.txt', 'workitems', output]));
    expect(await text(files.readOfNode(poolId, nodeId, output))).toBe('hello\n');
    expect(await text(files.readOfNode(poolId, nodeId, 'startup/stdout.txt'))).toBe('started\n');
    const range = { start: 1, end: 3 };
    expect(await text(files.readOfNode(poolId, nodeId, output, { range }))).toBe('ell');
  });

  test('a file or node that does not exist is not found', async () => {
    const poolId = await context.sharedPool();
    const [node] = await collect(context.service.pools.nodes(poolId));
    const { files } = context.service;
    await expectFault(text(files.readOfNode(poolId, node?.id ?? '', 'missing.txt')), 'notFound', 'FileNotFound');
    await expectFault(text(files.readOfNode(poolId, 'tvm-missing', 'x')), 'notFound', 'NodeNotFound');
    await expectFault(collect(files.listOfNode(poolId, 'tvm-missing')), 'notFound', 'NodeNotFound');
    await expectFault(collect(files.listOfNode(context.id('missing'), 'tvm-missing')), 'notFound', 'PoolNotFound');
  });
}
