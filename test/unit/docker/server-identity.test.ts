// Whether the server that left something on the engine is dead for certain.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { fateOf, identityLabel, serverIdentity } from '../../../adapters/docker/hygiene/server-identity.ts';

const here = serverIdentity();

describe('the fate of a server', () => {
  test('this one is alive', () => {
    expect(fateOf(identityLabel(here))).toBe('alive');
  });

  test('a process that ended is dead', async () => {
    const child = spawn('/bin/true');
    const { pid = 0 } = child;
    await once(child, 'exit');
    expect(fateOf(identityLabel({ ...here, pid }))).toBe('dead');
  });

  test.runIf(process.platform === 'linux')('a process number that was used again is dead', () => {
    expect(fateOf(identityLabel({ ...here, began: '1' }))).toBe('dead');
  });

  test('what was before the machine started anew is dead', () => {
    expect(fateOf(identityLabel({ ...here, boot: 'another' }))).toBe('dead');
  });

  test.each(['', 'nonsense', '////', `${here.host}/${here.boot}/x/1`, `${here.host}/${here.boot}/-1/1`])(
    'the label "%s" tells nothing, so its server counts as alive',
    (label) => {
      expect(fateOf(label)).toBe('alive');
    },
  );

  test('a server of another machine counts as alive', () => {
    expect(fateOf(identityLabel({ ...here, host: 'elsewhere', pid: 1, began: '0' }))).toBe('alive');
  });
});
