// What the Dockerfile makes, as far as it can be had without an image registry: the packed package on a bare Debian, as a
// user without rights, started, asked for its health and stopped with the words of the Dockerfile.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchServiceClient, BatchSharedKeyCredentials } from '@azure/batch';
import type Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { nodeBinaryPath } from '../../adapters/bundles/index.ts';
import { DEVELOPMENT_ACCOUNT } from '../../emulator/composition/index.ts';
import { InstalledPackage, repository } from '../e2e/support/installed-package.ts';
import { eventually } from '../support/eventually.ts';
import { sdkPool } from '../support/sdk-pool.ts';
import { describeNeeding } from '../support/suite.ts';
import { BASE_IMAGE, docker } from './support/docker-target.ts';

const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');

/** The words of an instruction in its list form; of a health check, which begins on a line of its own, those after CMD. */
function wordsOf(instruction: RegExp): string[] {
  const [, list = '[]'] = instruction.exec(dockerfile) ?? [];
  return (JSON.parse(list) as string[]).map((word) => (word === 'node' ? '/usr/local/bin/node' : word));
}

async function startImage(): Promise<{ readonly container: Docker.Container; readonly endpoint: string }> {
  const installed = await InstalledPackage.create();
  onTestFinished(() => installed.remove());
  const container = await docker.createContainer({
    Image: BASE_IMAGE,
    Entrypoint: wordsOf(/^ENTRYPOINT (.*)$/m),
    Cmd: wordsOf(/^CMD (.*)$/m),
    Healthcheck: { Test: ['CMD', ...wordsOf(/HEALTHCHECK .*\n +CMD (.*)$/m)], Interval: 500_000_000 },
    User: 'nobody',
    Env: ['NODE_ENV=production', 'HOME=/tmp'],
    ExposedPorts: { '10100/tcp': {} },
    HostConfig: {
      Binds: [
        `${nodeBinaryPath()}:/usr/local/bin/node:ro`,
        `${join(installed.folder, 'node_modules')}:/opt/batchrite/node_modules:ro`,
      ],
      PortBindings: { '10100/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      CapDrop: ['ALL'],
    },
  });
  onTestFinished(async () => void (await container.remove({ force: true })));
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const port = NetworkSettings.Ports['10100/tcp']?.[0]?.HostPort ?? '';
  return { container, endpoint: `http://127.0.0.1:${port}` };
}

await describeNeeding(['docker'], 'the image', () => {
  test('becomes healthy, runs the tasks of a program on the host, and stops when it is told to', async () => {
    const { container, endpoint } = await startImage();
    const healthOf = async (): Promise<string> => (await container.inspect()).State.Health?.Status ?? 'none';
    expect(await eventually(healthOf, (health) => health === 'healthy', 30_000)).toBe('healthy');

    const { name, key } = DEVELOPMENT_ACCOUNT;
    const client = new BatchServiceClient(new BatchSharedKeyCredentials(name, key), endpoint);
    await client.pool.add(sdkPool('pool', 1));
    await client.job.add({ id: 'job', poolInfo: { poolId: 'pool' } });
    await client.task.add('job', { id: 'task', commandLine: '/bin/sh -c "exit $(id -u | wc -c)"' });
    const task = await eventually(
      () => client.task.get('job', 'task'),
      ({ state }) => state === 'completed',
    );
    // Five digits and the line's end: it is nobody, 65534.
    expect(task.executionInfo).toMatchObject({ exitCode: 6 });

    await container.stop({ t: 10 });
    expect((await container.inspect()).State).toMatchObject({ Running: false, ExitCode: 0 });
  });
});
