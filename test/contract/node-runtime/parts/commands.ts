// Command lines: words, programs, working directory, standard streams.
import { expect, test } from 'vitest';
import type { World } from '../target.ts';

export function commandTests(world: () => World): void {
  test('standard output and error are files of the task directory (batch-semantics 10.1)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'echo out; echo err >&2'`);
    expect(await w.text(node, spec, 'stdout.txt')).toBe('out\n');
    expect(await w.text(node, spec, 'stderr.txt')).toBe('err\n');
  });

  test('output can be read while the command runs (batch-semantics 10.1)', async () => {
    const w = world();
    const node = await w.startNode();
    const spec = w.begin(node, `/bin/sh -c 'echo first; touch ready; while ! test -e go; do sleep 0.02; done'`);
    await w.started(spec);
    await expect.poll(() => w.runtime.files.stat(node, `${spec.directory}/wd/ready`)).toBeDefined();
    expect(await w.text(node, spec, 'stdout.txt')).toBe('first\n');
    await w.finish(node, `/bin/sh -c 'touch "$AZ_BATCH_NODE_ROOT_DIR/${spec.directory}/wd/go"'`);
    expect(await w.ended(spec)).toMatchObject({ exitCode: 0 });
  });

  test('quotes are letters where command lines are split at blanks alone (batch-semantics 10.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `echo "a  b" 'c' d\\ e`, { words: 'blanks' });
    expect(await w.text(node, spec, 'stdout.txt')).toBe(`"a b" 'c' d\\ e\n`);
    const script = await w.finish(node, `/bin/sh -c 'exit 7'`, { words: 'blanks' });
    expect(script.exitCode).not.toBe(7);
  });

  test('no shell interprets the command line (batch-semantics 10.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `echo $HOME; echo "a  b" 'c $d' e\\ f && echo * | cat > x`);
    expect(await w.text(node, spec, 'stdout.txt')).toBe('$HOME; echo a  b c $d e f && echo * | cat > x\n');
  });

  test('the working directory is wd, and standard input is empty (batch-semantics 10.1, 10.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'pwd; cat; ls ..'`);
    const [directory, ...names] = (await w.text(node, spec, 'stdout.txt')).trim().split('\n');
    expect(directory).toMatch(new RegExp(`/${spec.directory}/wd$`));
    expect(names).toEqual(['certs', 'stderr.txt', 'stdout.txt', 'wd']);
  });

  test('a program that does not exist is CommandProgramNotFound, without an exit code and without a start (batch-semantics 3.3, 10.3)', async () => {
    const w = world();
    const end = await w.finish(await w.startNode(), 'no-such-program --help');
    expect(end.exitCode).toBeUndefined();
    expect(end.failure).toMatchObject({
      category: 'usererror',
      code: 'CommandProgramNotFound',
      message: 'The specified command program is not found',
      phase: 'preProcessing',
      details: [{ name: 'Message', value: expect.stringContaining('"no-such-program"') }],
    });
    expect(w.log.events.filter(({ type }) => type === 'runStarted')).toEqual([]);
  });

  test.each([
    ['a file without the permission to execute', `printf '#!/bin/sh\\n' > tool; chmod 644 tool`],
    ['a file that is no program', `printf 'a\\0b' > tool; chmod 755 tool`],
    ['a directory', 'mkdir tool'],
  ])('%s is CommandLaunchFailed (batch-semantics 3.3, 10.3)', async (_what, make) => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c "${make.replaceAll('\\', '\\\\')}"`);
    const end = await w.finish(node, './tool', { directory: spec.directory, clean: false });
    expect(end).toMatchObject({
      failure: { code: 'CommandLaunchFailed', category: 'usererror', phase: 'preProcessing' },
    });
    expect(end.exitCode).toBeUndefined();
  });

  test('an unclosed quote is CommandLaunchFailed and says where it opened (batch-semantics 10.3)', async () => {
    const w = world();
    const end = await w.finish(await w.startNode(), `/bin/echo 'open`);
    expect(end.failure).toMatchObject({
      code: 'CommandLaunchFailed',
      details: [{ name: 'Message', value: expect.stringContaining('character 11') }],
    });
  });

  test('a program in the working directory is found by its bare name and by ./ (batch-semantics 10.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(
      node,
      `/bin/sh -c 'printf "#!/bin/sh\\necho I am a tool\\n" > my-tool; chmod 755 my-tool'`,
    );
    for (const name of ['my-tool', './my-tool']) {
      const { spec: run } = await w.finish(node, name, { directory: spec.directory, clean: false });
      expect(await w.text(node, run, 'stdout.txt')).toBe('I am a tool\n');
    }
  });

  test('a clean run sees nothing of the attempt before it (batch-semantics 2.7, 9.1, 10.1)', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'echo old; touch left ../beside'`);
    const second = await w.finish(node, `/bin/sh -c 'ls; ls ..'`, { directory: spec.directory });
    expect(await w.text(node, second.spec, 'stdout.txt')).toBe('certs\nstderr.txt\nstdout.txt\nwd\n');
  });

  test('a run that is not clean keeps the files and replaces the logs', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, `/bin/sh -c 'echo old; touch kept'`);
    const second = await w.finish(node, 'ls', { directory: spec.directory, clean: false });
    expect(await w.text(node, second.spec, 'stdout.txt')).toBe('kept\n');
  });

  test('a directory outside the root is refused', async () => {
    const w = world();
    const end = await w.finish(await w.startNode(), '/bin/true', { directory: '../elsewhere' });
    expect(end).toMatchObject({ failure: { code: 'ResourceDirectoryCreateFailed' } });
  });

  test('the shared directory is for all runs of a node, and the start directory stays readable (batch-semantics 10.1)', async () => {
    const w = world();
    const node = await w.startNode();
    await w.finish(node, `/bin/sh -c 'echo started; echo made > made'`, { kind: 'startTask', directory: 'startup' });
    await w.finish(node, `/bin/sh -c 'echo one >> "$AZ_BATCH_NODE_SHARED_DIR/all"'`);
    const { spec } = await w.finish(
      node,
      `/bin/sh -c 'echo two >> "$AZ_BATCH_NODE_SHARED_DIR/all"; cat "$AZ_BATCH_NODE_SHARED_DIR/all" "$AZ_BATCH_NODE_STARTUP_DIR/stdout.txt" "$AZ_BATCH_NODE_STARTUP_WORKING_DIR/made"'`,
    );
    expect(await w.text(node, spec, 'stdout.txt')).toBe('one\ntwo\nstarted\nmade\n');
  });

  test('a program that a signal ended has 128 and its number as exit code (batch-semantics 10.3)', async () => {
    const w = world();
    const node = await w.startNode();
    expect(await w.finish(node, `/bin/sh -c 'kill -TERM $$'`)).toMatchObject({ exitCode: 143 });
    expect(await w.finish(node, `/bin/sh -c 'kill -KILL $$'`)).toMatchObject({ exitCode: 137 });
  });
}
