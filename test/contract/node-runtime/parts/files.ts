// The files below a node's root: listing, reading, deleting, and staying inside.
import { expect, test } from 'vitest';
import type { World } from '../target.ts';

export function fileTests(world: () => World): void {
  const names = async (node: string, path: string, recursive: boolean): Promise<string[] | undefined> =>
    (await world().runtime.files.list(node, path, recursive))?.map((entry) => entry.path);

  const bytes = async (node: string, path: string, range?: { start: number; end: number }): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of world().runtime.files.read(node, path, range)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  test('a new node has the six directories, in the order of the service (batch-semantics 10.1)', async () => {
    const node = await world().startNode();
    expect(await names(node, '', false)).toEqual([
      'shared',
      'workitems',
      'fsmounts',
      'volatile',
      'startup',
      'applications',
    ]);
  });

  test('a recursive listing is breadth first (batch-semantics 10.1)', async () => {
    const w = world();
    const node = await w.startNode();
    await w.finish(node, `/bin/sh -c 'mkdir -p b/c; touch a b/d b/c/e'`, { directory: 'workitems/j/job-1/t' });
    expect(await names(node, '', true)).toEqual([
      'shared',
      'workitems',
      'fsmounts',
      'volatile',
      'startup',
      'applications',
      'workitems/j',
      'volatile/startup',
      'workitems/j/job-1',
      'workitems/j/job-1/t',
      ...['wd', 'stdout.txt', 'stderr.txt', 'certs', 'wd/a', 'wd/b', 'wd/b/c', 'wd/b/d', 'wd/b/c/e'].map(
        (name) => `workitems/j/job-1/t/${name}`,
      ),
    ]);
    expect(await names(node, 'workitems/j/job-1/t', false)).toEqual(
      ['stdout.txt', 'stderr.txt', 'wd', 'certs'].map((name) => `workitems/j/job-1/t/${name}`),
    );
  });

  test('entries tell size, mode and time', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'printf hello > f; chmod 640 f'`);
    const entry = await w.runtime.files.stat(node, `${spec.directory}/wd/f`);
    expect(entry).toMatchObject({ path: `${spec.directory}/wd/f`, isDirectory: false, size: 5 });
    expect(entry?.mode.toString(8)).toMatch(/^1006[46]0$/);
    expect(Math.abs((entry?.modifiedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await w.runtime.files.stat(node, `${spec.directory}/wd`)).toMatchObject({ isDirectory: true });
  });

  test('ranges include both ends and are clipped', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'printf 0123456789 > f; : > empty'`);
    const path = `${spec.directory}/wd/f`;
    expect(await bytes(node, path)).toBe('0123456789');
    expect(await bytes(node, path, { start: 2, end: 4 })).toBe('234');
    expect(await bytes(node, path, { start: 8, end: 1000 })).toBe('89');
    expect(await bytes(node, path, { start: 50, end: 60 })).toBe('');
    expect(await bytes(node, `${spec.directory}/wd/empty`)).toBe('');
  });

  test('what is not there is undefined, and reading it fails', async () => {
    const node = await world().startNode();
    expect(await names(node, 'workitems/none', true)).toBeUndefined();
    expect(await world().runtime.files.stat(node, 'workitems/none')).toBeUndefined();
    await expect(bytes(node, 'workitems/none')).rejects.toThrow('none');
    await expect(bytes(node, 'shared')).rejects.toThrow('shared');
  });

  test('no path leaves the root, by dots or through a link (batch-semantics 10.1)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(
      node,
      `/bin/sh -c 'ln -s /etc/passwd file; ln -s / dir; ln -s ../../../../../.. up; echo in > real; ln -s real inside; ln -s . loop'`,
    );
    const wd = `${spec.directory}/wd`;
    for (const path of [
      '../..',
      '../../etc/passwd',
      `${wd}/file`,
      `${wd}/dir`,
      `${wd}/dir/etc/passwd`,
      `${wd}/up`,
      'shared\0x',
    ]) {
      expect({ path, stat: await w.runtime.files.stat(node, path) }).toEqual({ path });
      expect({ path, list: await w.runtime.files.list(node, path, true) }).toEqual({ path });
      await expect(bytes(node, path)).rejects.toThrow('There is no file');
    }
    expect(await bytes(node, `${wd}/inside`)).toBe('in\n');
    expect(await names(node, wd, true)).toEqual(['inside', 'loop', 'real'].map((name) => `${wd}/${name}`));
    expect(await w.runtime.files.delete(node, `${wd}/dir/tmp`, true)).toBe('missing');
    expect(await w.runtime.files.delete(node, '..', true)).toBe('missing');
    expect(await w.runtime.files.delete(node, '', true)).toBe('missing');
  });

  test('a link by the name that tasks have for a directory of the node leads there', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(
      node,
      `/bin/sh -c 'mkdir "$AZ_BATCH_NODE_SHARED_DIR/d"; echo data > "$AZ_BATCH_NODE_SHARED_DIR/d/f"; ln -s "$AZ_BATCH_NODE_SHARED_DIR/d" link; ln -s "$AZ_BATCH_NODE_ROOT_DIR/../x" out; ln -s "$PWD/circle" circle'`,
    );
    const wd = `${spec.directory}/wd`;
    expect(await bytes(node, `${wd}/link/f`)).toBe('data\n');
    expect(await names(node, `${wd}/link`, false)).toEqual([`${wd}/link/f`]);
    expect(await names(node, wd, true)).toEqual([`${wd}/link`]);
    expect(await w.runtime.files.stat(node, `${wd}/circle`)).toBeUndefined();
    expect(await w.runtime.files.delete(node, `${wd}/link/f`, false)).toBe('deleted');
    expect(await names(node, 'shared/d', false)).toEqual([]);
  });

  test('a link is deleted, not what it points to', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'mkdir d; echo x > d/f; ln -s d link'`);
    expect(await w.runtime.files.delete(node, `${spec.directory}/wd/link`, true)).toBe('deleted');
    expect(await w.text(node, spec, 'wd/d/f')).toBe('x\n');
  });

  test('a directory is deleted when it is empty or all of it is meant (batch-semantics 10.1)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'mkdir empty full; touch full/f'`);
    const wd = `${spec.directory}/wd`;
    expect(await w.runtime.files.delete(node, `${wd}/empty`, false)).toBe('deleted');
    expect(await w.runtime.files.delete(node, `${wd}/full`, false)).toBe('notEmpty');
    expect(await w.runtime.files.delete(node, `${wd}/full`, true)).toBe('deleted');
    expect(await w.runtime.files.delete(node, `${wd}/full`, true)).toBe('missing');
    expect(await w.runtime.files.delete(node, `${spec.directory}/stdout.txt`, false)).toBe('deleted');
    expect(await names(node, wd, true)).toEqual([]);
  });

  test('a directory that a task closed to everyone can still be deleted', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'mkdir -p d/e; touch d/e/f; chmod 000 d/e/f d/e d'`);
    expect(await w.runtime.files.delete(node, `${spec.directory}/wd/d`, true)).toBe('deleted');
  });

  test('a task directory is deleted on request, and its path can be used again at once (batch-semantics 10.1)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, '/bin/touch old');
    w.runtime.deleteDirectory(node, spec.directory);
    const again = await w.finish(node, 'ls', { directory: spec.directory, clean: false });
    expect(await w.text(node, again.spec, 'stdout.txt')).toBe('');
    w.runtime.deleteDirectory(node, spec.directory);
    await expect.poll(() => w.runtime.files.stat(node, spec.directory)).toBeUndefined();
  });

  test('no request deletes what is outside the root, or the root itself', async () => {
    const w = world();
    const node = await w.startNode();
    const other = await w.startNode('tvmps_2_d');
    const { spec } = await w.finish(node, `/bin/sh -c 'ln -s "$AZ_BATCH_NODE_ROOT_DIR/../tvmps_2_d" ../../link'`);
    for (const path of ['', '.', '..', `../${other}`, `/${other}`, 'workitems/job/job-1/link/shared']) {
      w.runtime.deleteDirectory(node, path);
    }
    await w.finish(node, '/bin/true');
    expect(await names(other, '', false)).toHaveLength(6);
    expect(await w.runtime.files.stat(node, spec.directory)).toBeDefined();
  });

  test('a reboot keeps files and a reimage drops them (batch-semantics 10.1, 11.5)', async () => {
    const w = world();
    const node = await w.startNode();
    await w.finish(node, `/bin/sh -c 'echo kept > $AZ_BATCH_NODE_SHARED_DIR/f'`);
    const rebooted = w.log.nextNew('nodeStarted');
    w.runtime.rebootNode(node);
    await rebooted;
    expect(await bytes(node, 'shared/f')).toBe('kept\n');
    const reimaged = w.log.nextNew('nodeStarted');
    w.runtime.reimageNode(node);
    await reimaged;
    expect(await w.runtime.files.stat(node, 'shared/f')).toBeUndefined();
    expect(await names(node, '', false)).toHaveLength(6);
  });
}
