// Runs in containers of their own, beside their node's (batch-semantics 10.5).
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ContainerSettings, RunSpec } from '../../emulator/engine/index.ts';
import { BlobServer } from '../contract/node-runtime/blob-server.ts';
import { describeNeeding } from '../support/suite.ts';
import { BASE_IMAGE, docker } from './support/docker-target.ts';
import { openWorld } from './support/docker-world.ts';

/** The run's container, on the image that `.ci/run` makes. */
function inContainer(more: Partial<ContainerSettings> = {}): Pick<RunSpec, 'container'> {
  return { container: { imageName: BASE_IMAGE, ...more } };
}

/** Makes an image from a container of the base image, with the given entry point and working directory. */
async function makeImage(name: string, config: object): Promise<void> {
  const container = await docker.createContainer({ Image: BASE_IMAGE, ...config });
  await container.commit({ repo: name, tag: 'latest' });
  await container.remove();
  onTestFinished(async () => void (await docker.getImage(`${name}:latest`).remove({ force: true })));
}

await describeNeeding(['docker'], 'container tasks', () => {
  test('the command runs in a container of its own, with the directories of its node (batch-semantics 10.1, 10.5)', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const admin = { user: { kind: 'auto', scope: 'pool', admin: true } } as const;
    await w.sh('n1', 'echo node > /etc/where', admin);
    await w.sh('n1', 'echo common > $AZ_BATCH_NODE_SHARED_DIR/file');
    const end = await w.sh(
      'n1',
      'cat /etc/where; cat $AZ_BATCH_NODE_SHARED_DIR/file; pwd; id -u; echo oops >&2; echo made > out',
      {
        ...inContainer(),
      },
    );
    expect(end).toMatchObject({ exitCode: 0, container: { state: 'exited' } });
    expect(end.container?.containerId).toMatch(/^[0-9a-f]{64}$/);
    expect(end.stdout).toBe(`common\n/mnt/batch/tasks/${end.spec.directory}/wd\n1000\n`);
    expect(await w.text('n1', `${end.spec.directory}/stderr.txt`)).toContain('oops');
    expect(await w.text('n1', `${end.spec.directory}/wd/out`)).toBe('made\n');
    // It is gone with its task.
    expect(await w.target.ofTheRun()).toHaveLength(2);
  });

  test('what is written outside of the directories of the node is gone with its container (batch-semantics 10.5)', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const script = 'echo lost > /tmp/made; ls /tmp; echo kept > $AZ_BATCH_NODE_SHARED_DIR/made';
    expect((await w.sh('n1', script, inContainer())).stdout).toBe('made\n');
    expect((await w.sh('n1', 'ls /tmp; cat $AZ_BATCH_NODE_SHARED_DIR/made', inContainer())).stdout).toBe('kept\n');
    expect((await w.sh('n1', 'test -e /tmp/made || echo nothing')).stdout).toBe('nothing\n');
  });

  test('resource files are there before, and output files are uploaded after (batch-semantics 10.5)', async () => {
    const blobs = new BlobServer();
    const port = await blobs.start();
    onTestFinished(() => blobs.stop());
    blobs.blobs.set('/acc/in/a', Buffer.from('input'));
    const w = await openWorld();
    w.target.runtime.relay([port]);
    await w.startNode('n1');
    const url = (path: string): string => `http://127.0.0.1:${port}/acc/${path}?sig=good`;
    const end = await w.sh('n1', 'tr a-z A-Z < a > b; exit 3', {
      ...inContainer(),
      resourceFiles: [{ source: { kind: 'url', url: url('in/a') }, path: 'a' }],
      outputFiles: [
        { pattern: 'b', containerUrl: url('out'), condition: 'taskfailure' },
        { pattern: '../std*.txt', containerUrl: url('out'), condition: 'tasksuccess' },
      ],
    });
    expect(end.exitCode).toBe(3);
    expect(blobs.blobs.get('/acc/out/b')?.toString()).toBe('INPUT');
    expect(blobs.blobs.has('/acc/out/stdout.txt')).toBe(false);
  });

  test("it has the node's network: its address, its neighbours and the URLs of the host (batch-semantics 10.5)", async () => {
    const server = createServer((_request, response) => response.end('from the host')).listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const w = await openWorld();
    w.target.runtime.relay([port]);
    await w.startNode('n1');
    const command = `/bin/bash -c "exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3"`;
    const { stdout } = await w.finished('n1', w.begin('n1', command, inContainer()));
    expect(stdout).toContain('from the host');
    const without = w.begin('n1', command, inContainer({ containerRunOptions: '--network none' }));
    expect((await w.finished('n1', without)).exitCode).not.toBe(0);
  });

  test("the task's variables are there, and the image's own search path and home stay (batch-semantics 10.5)", async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const environment = [
      { name: 'AZ_BATCH_TASK_ID', value: 't1' },
      { name: 'MINE', value: '$AZ_BATCH_NODE_ROOT_DIR/x y' },
    ];
    const { stdout } = await w.sh('n1', 'echo $AZ_BATCH_TASK_ID; echo $MINE; echo $EXTRA; echo $PATH', {
      ...inContainer({ containerRunOptions: '-e EXTRA="a b"' }),
      environment,
    });
    const [taskId, mine, extra, path] = stdout.split('\n');
    expect([taskId, mine, extra]).toEqual(['t1', '/mnt/batch/tasks/x y', 'a b']);
    expect(path).not.toContain('/mnt/batch');
  });

  test('an admin is root in the container, and the options choose user, folder and entry point (batch-semantics 10.5)', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const admin = { user: { kind: 'auto', scope: 'pool', admin: true } } as const;
    expect((await w.sh('n1', 'id -u', { ...inContainer(), ...admin })).stdout).toBe('0\n');
    const options = '--user 1234:55 --workdir=/usr --entrypoint /bin/echo --rm';
    const chosen = w.begin('n1', 'hello', inContainer({ containerRunOptions: options }));
    expect((await w.finished('n1', chosen)).stdout).toBe('hello\n');
    const { stdout } = await w.sh(
      'n1',
      'id -u; id -g; pwd',
      inContainer({ containerRunOptions: '-u 1234:55 -w /usr' }),
    );
    expect(stdout).toBe('1234\n55\n/usr\n');
  });

  test('without a command line the image runs its own, in its own folder when that is asked for (batch-semantics 10.5)', async () => {
    await makeImage('batchrite-test-own', { Cmd: ['/bin/pwd'], WorkingDir: '/usr/lib' });
    const w = await openWorld();
    await w.startNode('n1');
    const own = w.begin(
      'n1',
      '',
      inContainer({ imageName: 'batchrite-test-own', workingDirectory: 'containerImageDefault' }),
    );
    expect((await w.finished('n1', own)).stdout).toBe('/usr/lib\n');
    const inTask = w.begin('n1', '', inContainer({ imageName: 'batchrite-test-own' }));
    expect((await w.finished('n1', inTask)).stdout).toBe(`/mnt/batch/tasks/${inTask.directory}/wd\n`);
  });

  test('the command line follows the entry point of the image (batch-semantics 10.5)', async () => {
    await makeImage('batchrite-test-entry', { Entrypoint: ['/bin/echo', 'entry'] });
    const w = await openWorld();
    await w.startNode('n1');
    const run = w.begin('n1', 'one "two three"', inContainer({ imageName: 'batchrite-test-entry' }));
    expect((await w.finished('n1', run)).stdout).toBe('entry one two three\n');
  });

  test('output can be read while the container runs, and a kill ends it with 137 (batch-semantics 10.5)', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const run = w.begin('n1', '/bin/sh -c "echo begun; sleep 1000"', inContainer());
    await w.log.next('runStarted', ({ runId }) => runId === run.runId);
    await expect.poll(() => w.text('n1', `${run.directory}/stdout.txt`)).toBe('begun\n');
    w.target.runtime.kill('n1', run.runId);
    expect(await w.finished('n1', run)).toMatchObject({ exitCode: 137 });
    expect(await w.target.ofTheRun()).toHaveLength(2);
  });

  test('a kill right behind the run ends it, too', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const run = w.begin('n1', '/bin/sleep 1000', inContainer());
    w.target.runtime.kill('n1', run.runId);
    expect((await w.finished('n1', run)).failure).toBeUndefined();
    await expect.poll(() => w.target.ofTheRun()).toHaveLength(2);
  });

  test.each(['loss', 'removal'] as const)(
    'the %s of the node ends its containers (batch-semantics 10.5)',
    async (how) => {
      const w = await openWorld();
      await w.startNode('n1');
      const run = w.begin('n1', '/bin/sleep 1000', inContainer());
      await w.log.next('runStarted', ({ runId }) => runId === run.runId);
      if (how === 'removal') w.target.runtime.removeNode('n1');
      else await w.target.loseNode('n1');
      await w.log.next('nodeRemoved');
      expect(await w.target.ofTheRun()).toEqual([]);
      expect(w.log.events.filter(({ type }) => type === 'runEnded')).toEqual([]);
    },
  );

  test('a reboot of the node ends its containers, and it runs new ones', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const run = w.begin('n1', '/bin/sleep 1000', inContainer());
    await w.log.next('runStarted', ({ runId }) => runId === run.runId);
    const again = w.log.nextNew('nodeStarted');
    w.target.runtime.rebootNode('n1');
    await again;
    expect(await w.target.ofTheRun()).toHaveLength(2);
    expect(w.log.events.filter(({ type }) => type === 'runEnded')).toEqual([]);
    expect((await w.sh('n1', 'exit 4', inContainer())).exitCode).toBe(4);
  });

  test.each([
    ['--privileged', 'the container run option --privileged is not supported by this emulator; remove it'],
    ['-v /etc:/host', 'the option --volume "/etc:/host" cannot be used: only what is below'],
    ['--memory lots', 'the option --memory "lots" cannot be used'],
    ["-e 'open", 'cannot be split into words'],
  ])(
    'the options %s are ContainerInvalidSettings (batch-semantics 3.3, 10.5)',
    async (containerRunOptions, message) => {
      const w = await openWorld();
      await w.startNode('n1');
      const { failure, exitCode } = await w.sh('n1', 'true', inContainer({ containerRunOptions }));
      expect(exitCode).toBeUndefined();
      expect(failure).toMatchObject({
        phase: 'preProcessing',
        category: 'usererror',
        code: 'ContainerInvalidSettings',
        message: 'At least one value of specified task container settings is invalid',
        details: [{ name: 'Message', value: expect.stringContaining(message) }],
      });
    },
  );

  test('a command that the image lacks ends with 127 and a word about it (batch-semantics 10.5)', async () => {
    const w = await openWorld();
    await w.startNode('n1');
    const end = await w.finished('n1', w.begin('n1', 'no-such-program', inContainer()));
    expect(end.exitCode).toBe(127);
    expect(await w.text('n1', `${end.spec.directory}/stderr.txt`)).toContain('no-such-program');
    expect(await w.target.ofTheRun()).toHaveLength(2);
  });

  test('an image that cannot be had is ContainerInvalidImage (batch-semantics 3.3, 10.5)', async () => {
    const w = await openWorld({ pullSilenceMs: 5_000 });
    await w.startNode('n1');
    const { failure, exitCode } = await w.sh('n1', 'true', inContainer({ imageName: 'batchrite-no-such-image' }));
    expect(exitCode).toBeUndefined();
    expect(failure).toMatchObject({
      category: 'usererror',
      code: 'ContainerInvalidImage',
      details: [{ name: 'ContainerImage', value: 'batchrite-no-such-image' }, { name: 'Message' }],
    });
  });

  test('a registry gets the login of the task, and not taking it is ContainerInvalidRegistry (batch-semantics 3.3, 10.5)', async () => {
    const logins = new Set<string | undefined>();
    const server = createServer(({ headers }, response) => {
      logins.add(headers.authorization);
      response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Basic realm="here"' });
      response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }));
    }).listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const registryServer = `127.0.0.1:${port}`;
    const w = await openWorld({ pullSilenceMs: 5_000 });
    await w.startNode('n1');
    const imageName = `${registryServer}/private/tool:1`;
    const registry = { registryServer, username: 'me', password: 'hush' };
    const { failure, exitCode } = await w.sh('n1', 'true', inContainer({ imageName, registry }));
    expect(exitCode).toBeUndefined();
    expect(failure).toMatchObject({ category: 'usererror', code: 'ContainerInvalidRegistry', phase: 'preProcessing' });
    expect(JSON.stringify(failure)).not.toContain('hush');
    expect([...logins]).toContain(`Basic ${Buffer.from('me:hush').toString('base64')}`);
  });
});
