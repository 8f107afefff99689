// The router: every operation is found by its own path, literals come before parameters, parameters are decoded once.
import { describe, expect, test } from 'vitest';
import { matchRoute } from '../../../emulator/rest/operations/router.ts';
import { operationIds, specOf } from '../../../emulator/rest/operations/operation-table.ts';

test('there are the 78 operations of 2022-10-01.16.0, and those that came later', () => {
  const later = operationIds.filter((id) => (specOf(id).since ?? '') > '2022-10-01.16.0');
  expect(later).toEqual(['ComputeNode_Deallocate', 'ComputeNode_Start']);
  expect(operationIds).toHaveLength(78 + later.length);
});

test.each(operationIds)('%s is found by its method and path', (id) => {
  const { method, path } = specOf(id);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const route = matchRoute(method, `/${path.replaceAll(/\{(\w+)\}/g, 'the-$1')}`);
  expect(route).toEqual({
    kind: 'matched',
    id,
    parameters: Object.fromEntries(names.map((name) => [name, `the-${name}`])),
  });
});

describe('a parameter', () => {
  test('is decoded once, after matching', () => {
    expect(matchRoute('GET', '/pools/a%2Fnodes')).toMatchObject({ parameters: { poolId: 'a/nodes' } });
    expect(matchRoute('GET', '/pools/%2541')).toMatchObject({ parameters: { poolId: '%41' } });
  });

  test('may hold the colon of a job of a schedule', () => {
    expect(matchRoute('GET', '/jobs/s:job-1')).toMatchObject({ parameters: { jobId: 's:job-1' } });
    expect(matchRoute('GET', '/jobs/s%3Ajob-1')).toMatchObject({ parameters: { jobId: 's:job-1' } });
  });

  test('of files takes the rest of the path', () => {
    const parameters = { jobId: 'j', taskId: 't', filePath: 'wd/a b.txt' };
    expect(matchRoute('GET', '/jobs/j/tasks/t/files/wd%2Fa%20b.txt')).toMatchObject({ parameters });
    expect(matchRoute('GET', '/jobs/j/tasks/t/files/wd/a%20b.txt')).toMatchObject({ parameters });
  });

  test('of certificates is found in either spelling of their key', () => {
    const parameters = { thumbprintAlgorithm: 'sha1', thumbprint: 'ab' };
    for (const key of ['thumbprintAlgorithm=sha1,thumbprint=ab', 'ThumbprintAlgorithm=sha1,Thumbprint=ab']) {
      expect(matchRoute('GET', `/certificates(${key})`)).toEqual({
        kind: 'matched',
        id: 'Certificate_Get',
        parameters,
      });
    }
  });
});

test('a job may be called like an action', () => {
  expect(matchRoute('GET', '/jobs/disable')).toMatchObject({ id: 'Job_Get', parameters: { jobId: 'disable' } });
  expect(matchRoute('POST', '/jobs/disable/disable')).toMatchObject({ id: 'Job_Disable' });
});

test('an object of JavaScript is not a path', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(matchRoute('GET', `/${name}`)).toEqual({ kind: 'unknownPath' });
  }
});
