// Which container image stands for which image of the Marketplace.
import { describe, expect, test } from 'vitest';
import { ImageTable } from '../../../adapters/docker/image/image-table.ts';

const choose = (name: string, lines: readonly string[] = []): string => {
  const [publisher = '', offer = '', sku = ''] = name.split(':');
  const choice = new ImageTable(lines).choose({ publisher, offer, sku });
  return 'container' in choice ? choice.container : choice.problem;
};

describe('the image table', () => {
  test.each([
    ['canonical:0001-com-ubuntu-server-focal:20_04-lts', 'ubuntu:20.04'],
    ['canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2', 'ubuntu:22.04'],
    ['Canonical:Ubuntu-24_04-lts:Server', 'ubuntu:24.04'],
    ['microsoft-dsvm:ubuntu-hpc:2204', 'ubuntu:22.04'],
    ['debian:debian-11:11', 'debian:11'],
    ['debian:debian-12:12-gen2', 'debian:12'],
    ['almalinux:almalinux:8-gen2', 'almalinux:8'],
    ['almalinux:almalinux:9-gen1', 'almalinux:9'],
  ])('%s is %s', (name, container) => {
    expect(choose(name)).toBe(container);
  });

  test('lines of the configuration come first, the last of them before the others', () => {
    const lines = ['debian:debian-12:*=mine:1', 'debian:debian-12:12=mine:2', 'acme:os:7.1=registry:5000/os:7'];
    expect(choose('debian:debian-12:12', lines)).toBe('mine:2');
    expect(choose('debian:debian-12:12-gen2', lines)).toBe('mine:1');
    expect(choose('acme:os:7.1', lines)).toBe('registry:5000/os:7');
    expect(choose('acme:os:7x1', lines)).toContain('No container image stands for "acme:os:7x1"');
  });

  test.each(['microsoftwindowsserver:windowsserver:2022-datacenter', 'microsoft-dsvm:dsvm-win-2019:server-2019'])(
    '%s is refused, with something to take instead',
    (name) => {
      expect(choose(name)).toMatch(/is Windows.*choose a Linux image/);
    },
  );

  test.each(['', 'ubuntu', 'a:b=c', 'a:b:c', 'a:b:c=', 'a:b:c=x y', 'a:b:c:d=x'])(
    'the line "%s" is refused with the form that it should have',
    (line) => {
      expect(() => new ImageTable([line])).toThrow(`"${line}" does not map an image: write publisher:offer:sku=image`);
    },
  );
});
