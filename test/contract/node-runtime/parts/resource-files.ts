// Resource files: what arrives, with which mode, and every way in which they fail.
import { expect, test } from 'vitest';
import type { RunResourceFile } from '../../../../emulator/engine/index.ts';
import type { World } from '../target.ts';

export function resourceFileTests(world: () => World): void {
  const put = (path: string, content: string | Buffer): void => {
    world().blobs.blobs.set(`/acc/in/${path}`, Buffer.from(content));
  };
  const file = (path: string, more: Partial<RunResourceFile> = {}): RunResourceFile => ({
    source: { kind: 'url', url: world().url(`in/${encodeURIComponent(path)}`) },
    path,
    ...more,
  });

  test('files are there before the command starts, in their folders, with their modes (batch-semantics 9.1)', async () => {
    const w = world();
    put('a.txt', 'content of a');
    put('dir/tool.sh', '#!/bin/sh\necho tool ran\n');
    put('with ünïcode & space.txt', 'awkward');
    const node = await w.startNode();
    const { spec, exitCode } = await w.finish(
      node,
      `/bin/sh -c 'cat a.txt; dir/tool.sh; cat with*; stat -c %a a.txt dir/tool.sh'`,
      { resourceFiles: [file('a.txt', { mode: '0640' }), file('dir/tool.sh'), file('with ünïcode & space.txt')] },
    );
    expect(exitCode).toBe(0);
    expect(await w.text(node, spec, 'stdout.txt')).toBe('content of atool ran\nawkward640\n770\n');
  });

  test('large files arrive whole', async () => {
    const w = world();
    const large = Buffer.alloc(5_000_000, 'large file content;');
    put('large', large);
    const node = await w.startNode();
    const { spec } = await w.finish(node, '/bin/true', { resourceFiles: [file('large')] });
    expect(await w.text(node, spec, 'wd/large')).toBe(large.toString());
  });

  test('common files go to the task directory (batch-semantics 7)', async () => {
    const w = world();
    put('common', 'shared');
    const node = await w.startNode();
    const { spec } = await w.finish(node, 'cat ../common', {
      resourceFiles: [file('common', { intoTaskDirectory: true })],
    });
    expect(await w.text(node, spec, 'stdout.txt')).toBe('shared');
  });

  test('a container gives all its blobs under their full names, page after page (batch-semantics 9.1)', async () => {
    const w = world();
    for (const name of ['x/1', 'x/2', 'x/3', 'x/deep/4', 'y/5', 'x&<>/6']) put(name, name);
    const node = await w.startNode();
    const container = (prefix?: string): RunResourceFile['source'] => ({
      kind: 'container',
      url: w.url('in'),
      ...(prefix === undefined ? {} : { prefix }),
    });
    const { spec } = await w.finish(node, `/bin/sh -c 'find . -type f | sort'`, {
      resourceFiles: [
        { source: container(), path: 'all' },
        { source: container('x/'), path: '' },
      ],
    });
    const below = ['x&<>/6', 'x/1', 'x/2', 'x/3', 'x/deep/4', 'y/5'];
    const expected = [...below.map((name) => `./all/${name}`), './x/1', './x/2', './x/3', './x/deep/4'];
    expect((await w.text(node, spec, 'stdout.txt')).trim().split('\n').sort()).toEqual(expected.sort());
  });

  test('a missing blob is BlobNotFound at once, with its URL and the file it should become (batch-semantics 3.3, 9.1)', async () => {
    const w = world();
    const node = await w.startNode();
    const end = await w.finish(node, '/bin/true', { resourceFiles: [file('absent')] });
    expect(end.exitCode).toBeUndefined();
    expect(end.failure).toMatchObject({
      category: 'usererror',
      code: 'BlobNotFound',
      message: 'One of the specified Azure Blob(s) is not found',
      phase: 'preProcessing',
    });
    expect(end.failure?.details).toEqual([
      { name: 'BlobSource', value: w.url('in/absent', 'REDACTED') },
      { name: 'FilePath', value: expect.stringMatching(new RegExp(`^/.*/${end.spec.directory}/wd/absent$`)) },
      { name: 'Message', value: expect.stringContaining('404') },
    ]);
    expect(w.blobs.requests).toHaveLength(1);
    expect(w.log.events.filter(({ type }) => type === 'runStarted')).toEqual([]);
  });

  test('a wrong or expired signature is BlobAccessDenied at once, and is not repeated to anyone (batch-semantics 3.3, 9.1)', async () => {
    const w = world();
    put('a', 'a');
    const node = await w.startNode();
    const source = { kind: 'url', url: w.url('in/a', 'wr%2Bong') } as const;
    const end = await w.finish(node, '/bin/true', { resourceFiles: [{ source, path: 'a' }] });
    expect(end.failure).toMatchObject({ category: 'usererror', code: 'BlobAccessDenied' });
    expect(JSON.stringify(end.failure)).not.toContain('wr%2Bong');
    expect(w.blobs.requests).toHaveLength(1);
  });

  test.each([503, 500, 408, 429, 0])(
    'status %i (0: a broken connection) is tried again (batch-semantics 9.1)',
    async (status) => {
      const w = world();
      put('flaky', 'at last');
      w.blobs.troubles.set('/acc/in/flaky', [status, status]);
      const node = await w.startNode();
      const { spec, exitCode } = await w.finish(node, 'cat flaky', { resourceFiles: [file('flaky')] });
      expect(exitCode).toBe(0);
      expect(await w.text(node, spec, 'stdout.txt')).toBe('at last');
      expect(w.blobs.requests).toHaveLength(3);
    },
  );

  test('a server that never answers well is BlobDownloadMiscError (batch-semantics 3.3, 9.1)', async () => {
    const w = world();
    w.blobs.troubles.set('/acc/in/broken', Array<number>(50).fill(500));
    const end = await w.finish(await w.startNode(), '/bin/true', { resourceFiles: [file('broken')] });
    expect(end.failure).toMatchObject({ category: 'servererror', code: 'BlobDownloadMiscError' });
  });

  test('a server that is always too late is BlobDownloadTimedOut (batch-semantics 3.3)', async () => {
    const w = world();
    w.blobs.troubles.set('/acc/in/late', Array<number>(50).fill(504));
    const end = await w.finish(await w.startNode(), '/bin/true', { resourceFiles: [file('late')] });
    expect(end.failure).toMatchObject({ category: 'servererror', code: 'BlobDownloadTimedOut' });
  });

  test.each([
    [500, 'ResourceContainerListMiscError'],
    [504, 'ResourceContainerListTimedOut'],
  ])(
    'a listing that is answered with %i to the end has a code of its own (batch-semantics 3.3)',
    async (status, code) => {
      const w = world();
      w.blobs.troubles.set('/acc/in', Array<number>(50).fill(status));
      const source = { kind: 'container', url: w.url('in', 'good') } as const;
      const end = await w.finish(await w.startNode(), '/bin/true', { resourceFiles: [{ source, path: '' }] });
      expect(end.failure).toMatchObject({ category: 'servererror', code, phase: 'preProcessing' });
    },
  );

  test.each([
    ['a container that is not there', 'nowhere', 'good', 'ResourceContainerNotFound'],
    ['a container that is closed', 'in', 'bad', 'ResourceContainerAccessDenied'],
  ])('%s has its own code (batch-semantics 3.3, 9.1)', async (_what, container, signature, code) => {
    const w = world();
    const source = { kind: 'container', url: w.url(container, signature) } as const;
    const end = await w.finish(await w.startNode(), '/bin/true', { resourceFiles: [{ source, path: '' }] });
    expect(end.failure).toMatchObject({ category: 'usererror', code, phase: 'preProcessing' });
  });

  test.each(['../stdout.txt', '../../other/wd/x', '/etc/batchrite-escape', 'a/../../x', '.'])(
    'the path %s leaves the working directory and is refused (batch-semantics 3.3, 9.1)',
    async (path) => {
      const w = world();
      put('a', 'a');
      const source = { kind: 'url', url: w.url('in/a') } as const;
      const end = await w.finish(await w.startNode(), '/bin/true', { resourceFiles: [{ source, path }] });
      expect(end).toMatchObject({ failure: { code: 'ResourceFileCreateFailed', phase: 'preProcessing' } });
      expect(w.blobs.requests).toEqual([]);
    },
  );

  test('a link that an earlier task left does not lead a file out of the directory (batch-semantics 3.3, 9.1)', async () => {
    const w = world();
    put('a', 'new');
    const node = await w.startNode();
    const { spec } = await w.finish(
      node,
      `/bin/sh -c 'victim=$AZ_BATCH_NODE_SHARED_DIR/victim; echo old > $victim; ln -s $victim a; ln -s ../.. dir'`,
    );
    const again = { directory: spec.directory, clean: false } as const;
    const replaced = await w.finish(node, 'cat a', { ...again, resourceFiles: [file('a')] });
    expect(await w.text(node, replaced.spec, 'stdout.txt')).toBe('new');
    expect(await w.text(node, { ...spec, directory: 'shared' }, 'victim')).toBe('old\n');
    const through = { source: file('a').source, path: 'dir/b' };
    const end = await w.finish(node, '/bin/true', { ...again, resourceFiles: [through] });
    expect(end).toMatchObject({ failure: { code: 'ResourceDirectoryCreateFailed' } });
  });

  test('a file replaces what is there under its path (batch-semantics 9.1)', async () => {
    const w = world();
    put('a', 'new');
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'echo older and longer > a'`);
    const again = { directory: spec.directory, clean: false, resourceFiles: [file('a')] };
    const { spec: second } = await w.finish(node, 'cat a', again);
    expect(await w.text(node, second, 'stdout.txt')).toBe('new');
  });

  test('files are fetched for each run, and kept for no other (batch-semantics 9.1)', async () => {
    const w = world();
    put('a', 'first');
    const node = await w.startNode();
    const first = await w.finish(node, 'cat a', { resourceFiles: [file('a')] });
    put('a', 'second');
    const more = { directory: first.spec.directory, resourceFiles: [file('a')] };
    const repeated = await w.finish(node, 'cat a', more);
    expect(await w.text(node, repeated.spec, 'stdout.txt')).toBe('second');
    const other = await w.finish(node, 'ls', { resourceFiles: [] });
    expect(await w.text(node, other.spec, 'stdout.txt')).toBe('');
    expect(w.blobs.requests).toHaveLength(2);
  });

  test('files that came before one that fails stay and can be seen (batch-semantics 9.1)', async () => {
    const w = world();
    put('a', 'here');
    // The other comes first: this one is tried again before it turns out to be missing.
    w.blobs.troubles.set('/acc/in/absent', [503]);
    const node = await w.startNode();
    const end = await w.finish(node, '/bin/true', { resourceFiles: [file('a'), file('absent')] });
    expect(end.failure).toMatchObject({ code: 'BlobNotFound' });
    expect(await w.text(node, end.spec, 'wd/a')).toBe('here');
  });

  test('of a file that never comes whole nothing is left (batch-semantics 9.1)', async () => {
    const w = world();
    put('torn', 'only half of this comes');
    w.blobs.torn.add('/acc/in/torn');
    const node = await w.startNode();
    const end = await w.finish(node, '/bin/true', { resourceFiles: [file('torn')] });
    expect(end.failure).toMatchObject({ code: 'BlobDownloadMiscError', phase: 'preProcessing' });
    expect(await w.runtime.files.stat(node, `${end.spec.directory}/wd/torn`)).toBeUndefined();
  });

  test('what is public needs no signature (batch-semantics 9.1)', async () => {
    const w = world();
    put('a', 'of a URL');
    put('dir/b', 'of a container');
    w.blobs.open.add('/acc/in');
    const bare = (url: string): string => url.replace(/\?.*$/, '');
    const node = await w.startNode();
    const { spec } = await w.finish(node, 'cat a dir/b', {
      resourceFiles: [
        { source: { kind: 'url', url: bare(w.url('in/a')) }, path: 'a' },
        { source: { kind: 'container', url: bare(w.url('in')), prefix: 'dir/' }, path: '' },
      ],
    });
    expect(await w.text(node, spec, 'stdout.txt')).toBe('of a URLof a container');
  });

  test('files of a start task go to its own working directory (batch-semantics 9.1, 10.1)', async () => {
    const w = world();
    put('a', 'for the start');
    const node = await w.startNode();
    await w.finish(node, '/bin/true', { kind: 'startTask', directory: 'startup', resourceFiles: [file('a')] });
    const { spec } = await w.finish(node, `/bin/sh -c 'cat $AZ_BATCH_NODE_STARTUP_WORKING_DIR/a'`);
    expect(await w.text(node, spec, 'stdout.txt')).toBe('for the start');
  });

  test('a kill ends a run that is still fetching its files (batch-semantics 9.1)', async () => {
    const w = world();
    w.blobs.troubles.set('/acc/in/slow', Array<number>(50).fill(503));
    const node = await w.startNode();
    const run = w.begin(node, '/bin/true', { resourceFiles: [file('slow')] });
    await expect.poll(() => w.blobs.requests.length).toBeGreaterThan(0);
    w.runtime.kill(node, run.runId);
    const end = await w.ended(run);
    expect(end.exitCode).toBeUndefined();
    expect(end.failure).toBeUndefined();
  });
}
