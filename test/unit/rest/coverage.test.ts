// What the emulator declares of itself is on docs/coverage.md, and the JavaScript client's suite calls every operation with success and with a refusal, but for those that cannot have both.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wireModel } from '../../../emulator/rest/codec/mapper-model.ts';
import { releasedVersions } from '../../../emulator/rest/operations/api-version.ts';
import { unsimulatedMembers } from '../../../emulator/engine/index.ts';
import { operationIds } from '../../../emulator/rest/index.ts';
import { specOf } from '../../../emulator/rest/operations/operation-table.ts';
import { javascriptCalls } from '../../support/coverage-page/calls.ts';
import { coveragePage } from '../../support/coverage-page/page.ts';

const measured = operationIds.filter((id) => (specOf(id).since ?? '') < '2024');

describe('the coverage page', () => {
  test('has the 78 operations of 2022-10-01.16.0', () => {
    expect(measured).toHaveLength(78);
  });

  test('is up to date (npm run coverage makes it anew)', () => {
    const path = join(import.meta.dirname, '../../../docs/coverage.md');
    expect(readFileSync(path, 'utf8')).toBe(coveragePage());
  });

  test.each([
    ['pool', 'PoolAddParameter'],
    ['job', 'JobAddParameter'],
    ['task', 'TaskAddParameter'],
  ] as const)('names members of a %s that requests have', (resource, mapper) => {
    for (const { member } of unsimulatedMembers[resource]) {
      expect([member, missingPart(mapper, member.split('.'))]).toEqual([member, undefined]);
    }
  });
});

/** The first name of the path that its model does not have. */
function missingPart(model: string, [name = '', ...rest]: readonly string[]): string | undefined {
  const member = wireModel(model, releasedVersions.length - 1).members.find(({ wireName }) => wireName === name);
  if (member === undefined) return `${model}.${name}`;
  if (rest.length === 0) return undefined;
  const type = member.type.kind === 'list' ? member.type.item : member.type;
  return type.kind === 'model' ? missingPart(type.model, rest) : `${model}.${name}`;
}

describe('the suite of the JavaScript client', () => {
  const { succeeding, refused } = javascriptCalls();

  test('calls every operation with success', () => {
    // Declared exceptions, and what the service grants to cloud services and to newer api-versions alone.
    const never = [
      'Application_Get',
      'ComputeNode_GetRemoteDesktop',
      'ComputeNode_Reimage',
      'ComputeNode_UploadBatchServiceLogs',
      'ComputeNodeExtension_Get',
      'Pool_EvaluateAutoScale',
    ];
    expect(measured.filter((id) => !succeeding.has(id))).toEqual(never.toSorted(order));
  });

  test('calls every operation with a refusal', () => {
    expect(measured.filter((id) => !refused.has(id))).toEqual([]);
  });
});

function order(a: string, b: string): number {
  return measured.findIndex((id) => id === a) - measured.findIndex((id) => id === b);
}
