// What `containerRunOptions` may say, and how the rest is refused.
import { describe, expect, test } from 'vitest';
import { parseRunOptions } from '../../../adapters/docker/task/run-options.ts';
import { loginFor } from '../../../adapters/docker/image/registry-login.ts';

const nothing = { environment: [], tmpfs: {}, mounts: [], labels: {}, hasNetwork: true, isReadOnly: false };

describe('containerRunOptions', () => {
  test.each([
    ['', {}],
    ['--rm --init -i', {}],
    ['-e A=1 --env B="two words" --env=C -eD=4', { environment: ['A=1', 'B=two words', 'C=', 'D=4'] }],
    ['-w /data', { workingDirectory: '/data' }],
    ['--workdir=/data --user 1000:1000', { workingDirectory: '/data', user: '1000:1000' }],
    ['--entrypoint ""', { entrypoint: [] }],
    ["--entrypoint '/bin/my tool'", { entrypoint: ['/bin/my tool'] }],
    ['--cpus 1.5 -m 512m --shm-size=2g', { nanoCpus: 1.5e9, memoryBytes: 512 * 1024 ** 2, shmBytes: 2 * 1024 ** 3 }],
    ['--memory 1073741824', { memoryBytes: 1024 ** 3 }],
    ['--network none', { hasNetwork: false }],
    ['--net=host', {}],
    ['--read-only --tmpfs /tmp:size=64m', { isReadOnly: true, tmpfs: { '/tmp': 'size=64m' } }],
    [
      '-v /mnt/batch/tasks/shared:/data:ro',
      { mounts: [{ source: '/mnt/batch/tasks/shared', target: '/data', isReadOnly: true }] },
    ],
    [
      '--mount type=bind,source=/mnt/batch/tasks,target=/t',
      { mounts: [{ source: '/mnt/batch/tasks', target: '/t', isReadOnly: false }] },
    ],
    ['--label team=blue -p 8080:8080 -p 80', { labels: { team: 'blue' } }],
    ['--name mine', {}],
  ])('%s', (text, options) => {
    expect(parseRunOptions(text)).toEqual({ options: { ...nothing, ...options } });
  });

  test.each([
    ['--privileged', 'the container run option --privileged is not supported by this emulator; remove it'],
    ['--cap-add SYS_ADMIN', '--cap-add is not supported'],
    ['--device=/dev/fuse', '--device is not supported'],
    ['--gpus all', '--gpus is not supported'],
    ['--constructor x', '--constructor is not supported'],
    ['-x', '-x is not supported'],
    ['image', '"image" in containerRunOptions is no option'],
    ['--env', 'the option --env needs a value'],
    ['--env =x', 'a variable needs a name'],
    ['--rm=false', 'the option --rm takes no value here'],
    ['--workdir data', 'the option --workdir "data" cannot be used: it must be an absolute path'],
    ['--cpus 0', 'it must be a number above 0'],
    ['--memory 1t', 'it must be a size such as 512m or 2g'],
    ['--network container:other', 'use host, bridge or none'],
    ['-v /:/host', 'only what is below the node'],
    ['-v /mnt/batch/tasks/../../../etc:/x', 'only what is below the node'],
    ['-v volume:/x', 'only what is below the node'],
    ['-v /mnt/batch/tasks/shared', 'the place in the container must be an absolute path'],
    ['--mount type=volume,source=v,target=/x', 'mounts of type volume are not supported, only bind'],
    ['--label batchrite.run=x', 'that name belongs to the emulator'],
    ['-p 80:8080', 'ports keep their numbers'],
    ['--restart always', 'a task is started again by Batch'],
    ["-e 'A", 'cannot be split into words'],
  ])('%s is refused', (text, problem) => {
    expect(parseRunOptions(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe('the login for an image', () => {
  const hub = { username: 'hub', password: 'h' };
  const mine = { username: 'me', password: 'm', registryServer: 'registry.example:5000' };
  const withIdentity = { registryServer: 'registry.example:5000', identityReference: { resourceId: 'x' } };

  test.each([
    ['ubuntu:22.04', 'hub'],
    ['someone/tool', 'hub'],
    ['docker.io/library/ubuntu', 'hub'],
    ['registry.example:5000/tool:1', 'me'],
    ['Registry.Example:5000/tool', 'me'],
    ['other.example/tool', undefined],
    ['localhost/tool', undefined],
  ])('%s is that of %s', (image, username) => {
    expect(loginFor(image, [withIdentity, mine, hub])?.username).toBe(username);
  });

  test('the first that fits is taken, and an address may have a scheme', () => {
    const first = { ...mine, username: 'first', registryServer: 'https://registry.example:5000/' };
    expect(loginFor('registry.example:5000/tool', [first, mine])).toEqual({
      username: 'first',
      password: 'm',
      serverAddress: 'https://registry.example:5000/',
    });
  });
});
