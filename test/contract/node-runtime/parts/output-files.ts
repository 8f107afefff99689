// Output files: which are taken, under which names, and how an upload fails.
import { expect, test } from 'vitest';
import type { RunOutputFile } from '../../../../emulator/engine/index.ts';
import type { World } from '../target.ts';

export function outputFileTests(world: () => World): void {
  const output = (pattern: string, more: Partial<RunOutputFile> = {}): RunOutputFile => ({
    pattern,
    containerUrl: world().url('out'),
    condition: 'taskcompletion',
    ...more,
  });
  /** Names and contents of what was uploaded. */
  const uploaded = (): Record<string, string> =>
    Object.fromEntries(
      [...world().blobs.blobs].map(([path, blob]) => [path.replace('/acc/out/', ''), blob.toString()]),
    );

  async function run(script: string, outputFiles: readonly RunOutputFile[]) {
    const w = world();
    const node = await w.startNode();
    return { ...(await w.finish(node, `/bin/sh -c '${script}'`, { outputFiles })), node };
  }

  test('a file without wildcards becomes the blob of its path, or of its own name (batch-semantics 9.3)', async () => {
    const end = await run('echo a > "ä b.txt"; mkdir d; echo c > d/c', [
      output('ä b.txt', { path: 'results/ä b.txt' }),
      output('d/c'),
    ]);
    expect(end).toMatchObject({ exitCode: 0 });
    expect(end.failure).toBeUndefined();
    expect(uploaded()).toEqual({ 'results/ä b.txt': 'a\n', c: 'c\n' });
  });

  test('with wildcards the path is a folder, and names begin at the last plain directory (batch-semantics 9.3)', async () => {
    await run('mkdir -p d/e .hid; echo 1 > d/1.txt; echo 2 > d/e/2.txt; echo 3 > d/3.log; echo 4 > .hid/4.txt', [
      output('d/**/*.txt', { path: 'found' }),
      output('d/*.log'),
      output('**/4.txt', { path: 'hidden' }),
    ]);
    expect(uploaded()).toEqual({ 'found/1.txt': '1\n', 'found/e/2.txt': '2\n', '3.log': '3\n' });
  });

  test('a blob of the same name is replaced (batch-semantics 9.3)', async () => {
    world().blobs.blobs.set('/acc/out/x', Buffer.from('older and longer'));
    await run('echo x > x', [output('x')]);
    expect(uploaded()).toEqual({ x: 'x\n' });
  });

  test('names that begin with a dot are taken by a pattern that begins with one (batch-semantics 9.3)', async () => {
    await run('mkdir .d; echo 1 > .a; echo 2 > .d/b; echo 3 > A.TXT', [
      output('.*', { path: 'dot' }),
      output('.d/*', { path: 'in' }),
      output('*.txt', { path: 'case' }),
      output('[[]*', { path: 'escaped' }),
    ]);
    expect(uploaded()).toEqual({ 'dot/.a': '1\n', 'in/b': '2\n' });
  });

  test('the run lasts until its files are uploaded (batch-semantics 9.3)', async () => {
    const w = world();
    w.blobs.troubles.set('/acc/out/x', [503]);
    const node = await w.startNode();
    const spec = w.begin(node, `/bin/sh -c 'echo x > x'`, { outputFiles: [output('x')] });
    await expect.poll(() => w.blobs.requests.length).toBeGreaterThan(0);
    expect(w.log.events.filter(({ type }) => type === 'runEnded')).toEqual([]);
    expect(await w.ended(spec)).toMatchObject({ exitCode: 0 });
    expect(uploaded()).toEqual({ x: 'x\n' });
  });

  test('an upload that fails keeps others from nothing, and no container is made for it (batch-semantics 9.3)', async () => {
    const w = world();
    const end = await run('echo x > x; echo y > y', [output('x', { containerUrl: w.url('nowhere') }), output('y')]);
    expect(end.failure).toMatchObject({ code: 'FileUploadContainerNotFound' });
    expect(uploaded()).toEqual({ y: 'y\n' });
    expect(w.blobs.requests.filter(({ url }) => url.includes('restype=container'))).toEqual([]);
  });

  test('the logs of the task are taken by ../std*.txt (batch-semantics 9.3)', async () => {
    await run('echo said; echo erred >&2', [output('../std*.txt', { path: 'logs' })]);
    expect(uploaded()).toEqual({ 'logs/stdout.txt': 'said\n', 'logs/stderr.txt': 'erred\n' });
  });

  test('variables in the pattern are expanded, and so are absolute paths (batch-semantics 9.3)', async () => {
    await run('echo s > $AZ_BATCH_NODE_SHARED_DIR/s.out', [output('$AZ_BATCH_NODE_SHARED_DIR/*.out', { path: '$X' })]);
    expect(uploaded()).toEqual({ '$X/s.out': 's\n' });
  });

  test.each([
    [0, ['tasksuccess', 'taskcompletion']],
    [5, ['taskfailure', 'taskcompletion']],
  ] as const)('with exit code %i the conditions %o hold (batch-semantics 9.3)', async (code, due) => {
    const conditions = ['tasksuccess', 'taskfailure', 'taskcompletion'] as const;
    const end = await run(
      `echo x > x; exit ${code}`,
      conditions.map((condition) => output('x', { condition, path: condition })),
    );
    expect(end.exitCode).toBe(code);
    expect(Object.keys(uploaded()).sort()).toEqual([...due].sort());
  });

  test('a pattern that matches nothing is no failure (batch-semantics 9.3)', async () => {
    const w = world();
    const end = await run('true', [output('*.none')]);
    expect(end).toMatchObject({ exitCode: 0 });
    expect(end.failure).toBeUndefined();
    expect(await w.text(end.node, end.spec, 'fileuploadout.txt')).toContain('"*.none"');
  });

  test('blobs are block blobs with the headers that were asked for (batch-semantics 9.3)', async () => {
    const w = world();
    await run('echo x > x.html', [
      output('x.html', { headers: [{ name: 'x-ms-blob-content-type', value: 'text/html' }] }),
    ]);
    const put = w.blobs.requests.find(({ method }) => method === 'PUT');
    expect(put?.headers).toMatchObject({
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-blob-content-type': 'text/html',
      'content-length': '2',
    });
  });

  test.each([
    ['a wrong signature', 'out', 'bad', 'FileUploadAccessDenied'],
    ['a missing container', 'nowhere', 'good', 'FileUploadContainerNotFound'],
  ])(
    '%s fails the run and keeps its exit code (batch-semantics 3.3, 9.3)',
    async (_what, container, signature, code) => {
      const w = world();
      const end = await run('echo x > x', [output('x', { containerUrl: w.url(container, signature) })]);
      expect(end.exitCode).toBe(0);
      expect(end.failure).toMatchObject({ code, category: 'usererror', phase: 'fileUpload' });
      const log = await w.text(end.node, end.spec, 'fileuploaderr.txt');
      expect(log).toContain('wd/x"');
      expect(log + JSON.stringify(end.failure)).not.toContain('sig=bad');
    },
  );

  test.each([
    [409, 'FileUploadConflict', 'usererror'],
    [408, 'FileUploadTimedOut', 'servererror'],
    [500, 'FileUploadMiscError', 'servererror'],
  ])(
    'an upload that is answered with %i to the end has a code of its own (batch-semantics 3.3)',
    async (status, code, category) => {
      world().blobs.troubles.set('/acc/out/x', Array<number>(50).fill(status));
      const end = await run('echo x > x', [output('x')]);
      expect(end).toMatchObject({ exitCode: 0, failure: { code, category, phase: 'fileUpload' } });
    },
  );

  test('transient troubles are tried again (batch-semantics 9.3)', async () => {
    const w = world();
    w.blobs.troubles.set('/acc/out/x', [503, 0]);
    const end = await run('echo x > x', [output('x')]);
    expect(end.failure).toBeUndefined();
    expect(uploaded()).toEqual({ x: 'x\n' });
  });

  test('nothing is uploaded when the command never ran (batch-semantics 9.3)', async () => {
    const w = world();
    await w.finish(await w.startNode(), 'no-such-program', { outputFiles: [output('../std*.txt')] });
    expect(w.blobs.requests).toEqual([]);
  });

  test('nothing is uploaded after a failure where only the last attempt counts (batch-semantics 9.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const more = { outputFiles: [output('../stdout.txt')], noUploads: { afterFailure: true } } as const;
    await w.finish(node, `/bin/sh -c 'echo failed; exit 1'`, more);
    expect(uploaded()).toEqual({});
    await w.finish(node, `/bin/sh -c 'echo fine'`, more);
    expect(uploaded()).toEqual({ 'stdout.txt': 'fine\n' });
  });

  test('nothing is uploaded after a kill where that is not wanted (batch-semantics 9.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const more = { outputFiles: [output('../stdout.txt')], noUploads: { afterKill: true } } as const;
    const spec = w.begin(node, `/bin/sh -c 'touch x; sleep 1000'`, more);
    await expect.poll(() => w.runtime.files.stat(node, `${spec.directory}/wd/x`)).toBeDefined();
    w.runtime.kill(node, spec.runId);
    expect(await w.ended(spec)).toMatchObject({ exitCode: 137 });
    expect(uploaded()).toEqual({});
  });

  test('a killed run uploads what is due for a failure (batch-semantics 9.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const outputFiles = [
      output('../stdout.txt', { condition: 'taskfailure' }),
      output('x', { condition: 'tasksuccess' }),
    ];
    const spec = w.begin(node, `/bin/sh -c 'echo begun; touch x; sleep 1000'`, { outputFiles });
    await expect.poll(() => w.runtime.files.stat(node, `${spec.directory}/wd/x`)).toBeDefined();
    w.runtime.kill(node, spec.runId);
    expect(await w.ended(spec)).toMatchObject({ exitCode: 137 });
    expect(uploaded()).toEqual({ 'stdout.txt': 'begun\n' });
  });
}
