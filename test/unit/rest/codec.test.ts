// The codec as a whole: what a client may send is what it would get back, and tables name only what the mappers have.
import { describe, expect, test } from 'vitest';
import { decodeModel } from '../../../emulator/rest/codec/decoder.ts';
import type { Decoding } from '../../../emulator/rest/codec/decoder.ts';
import { computedMembers } from '../../../emulator/rest/codec/computed-members.ts';
import { wireModel } from '../../../emulator/rest/codec/mapper-model.ts';
import { encodeOne } from '../../../emulator/rest/codec/response-body.ts';
import { memberPlan } from '../../../emulator/rest/codec/encoder.ts';
import {
  doubles,
  enumSpelling,
  memberOrder,
  secrets,
  stringNumbers,
} from '../../../emulator/rest/codec/wire-details.ts';
import { earlierNames, laterMembers, memberSince } from '../../../emulator/rest/codec/member-versions.ts';
import { releasedVersions, versionPosition } from '../../../emulator/rest/operations/api-version.ts';

const NEWEST = versionPosition('2024-07-01.20.0');
const VERSION = versionPosition('2022-10-01.16.0');
const context = { baseUrl: 'http://h', collectionUrl: 'http://h/x', version: VERSION };

function decode(model: string, value: unknown): unknown {
  const decoding: Decoding = { version: VERSION, ignoreUnknown: false };
  const decoded = decodeModel(model, value, decoding);
  return decoding.fault ?? decoded;
}

function roundTrip(model: string, value: object): unknown {
  const decoding: Decoding = { version: VERSION, ignoreUnknown: false };
  const decoded = decodeModel(model, value, decoding);
  if (decoded === undefined) throw new Error(JSON.stringify(decoding.fault));
  const { 'odata.metadata': _, ...rest } = JSON.parse(
    encodeOne(decoded, { plan: memberPlan(model, VERSION), metadata: 'x', context }),
  ) as Record<string, unknown>;
  return rest;
}

describe('the tables of details', () => {
  const named = [
    ...Object.entries(memberOrder),
    ...Object.entries(secrets),
    ...Object.entries(doubles),
    ...Object.entries(stringNumbers),
    ...Object.entries(computedMembers).map(([model, members]) => [model, Object.keys(members)] as const),
    ...[laterMembers, memberSince, earlierNames].flatMap((table) =>
      Object.keys(table).map((model) => [model, Object.keys(table[model] ?? {})] as const),
    ),
    ...Object.keys(enumSpelling).map((key) => [key.split('.')[0] ?? '', [key.split('.')[1] ?? '']] as const),
  ];

  test.each(named)('name members of %s that it has', (model, members) => {
    const known = wireModel(model, NEWEST).members.map(({ name }) => name);
    expect(known).toEqual(expect.arrayContaining([...members]));
  });

  test('spell words that the enum has', () => {
    for (const [key, spelling] of Object.entries(enumSpelling)) {
      const [model = '', name] = key.split('.');
      const type = wireModel(model, NEWEST).members.find((member) => member.name === name)?.type;
      expect([key, type]).toEqual([key, { kind: 'enum', words: expect.arrayContaining(Object.keys(spelling)) }]);
    }
  });
});

describe('what was sent', () => {
  test('comes back for a task', () => {
    const task = {
      id: 't',
      commandLine: 'ä "quoted" \\ \u2028 🙂',
      exitConditions: {
        exitCodeRanges: [{ start: 1, end: 4, exitOptions: { jobAction: 'terminate' } }],
        default: { dependencyAction: 'satisfy' },
      },
      containerSettings: {
        imageName: 'i',
        registry: { username: 'u', registryServer: 'r' },
        workingDirectory: 'taskWorkingDirectory',
      },
      constraints: {
        maxWallClockTime: 'P1DT2H3M4.5S',
        retentionTime: 'P10675199DT2H48M5.4775807S',
        maxTaskRetryCount: -1,
      },
      dependsOn: { taskIds: ['a'], taskIdRanges: [{ start: 1, end: 2 }] },
      userIdentity: { username: 'u' },
      resourceFiles: [],
    };
    expect(roundTrip('TaskAddParameter', task)).toEqual(task);
  });

  test('comes back for a schedule, its times without digits that nobody sent', () => {
    const schedule = { doNotRunUntil: '2020-01-01T00:00:00.055Z', recurrenceInterval: 'PT1M' };
    expect(roundTrip('Schedule', schedule)).toEqual(schedule);
  });
});

describe('a member', () => {
  test.each([
    ['TaskAddParameter', { id: 1 }, 'InvalidRequestBody', "expected type 'Edm.String'"],
    ['TaskAddParameter', { id: {} }, 'InvalidRequestBody', "An unexpected 'StartObject' node"],
    ['TaskAddParameter', { requiredSlots: '1' }, 'InvalidRequestBody', "expected type 'Edm.Int32'"],
    ['TaskAddParameter', { requiredSlots: 1.5 }, 'InvalidRequestBody', "expected type 'Edm.Int32'"],
    ['TaskAddParameter', { requiredSlots: 2 ** 31 }, 'InvalidRequestBody', "expected type 'Edm.Int32'"],
    ['TaskConstraints', { retentionTime: '7 days' }, 'InvalidRequestBody', "expected type 'Edm.Duration'"],
    ['Schedule', { doNotRunAfter: 'tomorrow' }, 'InvalidRequestBody', "expected type 'Edm.DateTime'"],
    ['PoolAddParameter', { enableAutoScale: 'yes' }, 'InvalidRequestBody', "expected type 'Edm.Boolean'"],
    ['TaskAddParameter', { resourceFiles: {} }, 'InvalidRequestBody', "A 'StartArray' node was expected"],
    ['TaskAddParameter', { resourceFiles: ['x'] }, 'InvalidRequestBody', "A 'StartObject' node was expected"],
    [
      'TaskAddParameter',
      { x: 1 },
      'InvalidRequestBody',
      "'x' does not exist on type 'Microsoft.Azure.Batch.Protocol.Entities.TaskAddParameter'",
    ],
    ['AutoUserSpecification', { scope: 'galaxy' }, 'InvalidPropertyValue', 'task, pool'],
    ['ImageReference', { exactVersion: '1' }, 'UnsupportedProperty', 'exactVersion'],
    ['EnvironmentSetting', { value: 'x' }, 'MissingRequiredProperty', 'name'],
    ['EnvironmentSetting', { name: null }, 'MissingRequiredProperty', 'name'],
    ['NodeRemoveParameter', { nodeList: Array(101).fill('n') }, 'InvalidPropertyValue', 'At most 100'],
  ])('of %s given as %j is refused', (model, value, code, detail) => {
    const fault = decode(model, value) as { code: string; values: { value: string }[] };
    expect(fault.code).toBe(code);
    expect(fault.values.map((each) => each.value).join(' ')).toContain(detail);
  });

  test('that Batch does not look into is bounded in depth', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    const extension = { name: 'e', publisher: 'p', type: 't' };
    expect(decode('VMExtension', { ...extension, settings: deep(60) })).toHaveProperty('settings');
    expect(decode('VMExtension', { ...extension, settings: deep(2000) })).toHaveProperty('code', 'InvalidRequestBody');
  });

  test('that is null counts as not given', () => {
    expect(decode('StartTask', { commandLine: 'x', resourceFiles: null })).toEqual({ commandLine: 'x' });
  });
});

describe('an api-version', () => {
  const nameIn = (model: string, name: string, version: string) =>
    wireModel(model, releasedVersions.indexOf(version as (typeof releasedVersions)[number])).members.find(
      (member) => member.name === name,
    )?.wireName;

  test.each([
    ['CloudPool', 'taskSlotsPerNode', '2020-03-01.11.0', 'maxTasksPerNode'],
    ['CloudPool', 'taskSlotsPerNode', '2020-09-01.12.0', 'taskSlotsPerNode'],
    ['TaskAddParameter', 'requiredSlots', '2020-03-01.11.0', undefined],
    ['TaskAddParameter', 'requiredSlots', '2020-09-01.12.0', 'requiredSlots'],
    ['PoolAddParameter', 'resourceTags', '2022-10-01.16.0', undefined],
    ['PoolAddParameter', 'resourceTags', '2024-07-01.20.0', 'resourceTags'],
  ])('decides what %s calls %s: in %s it is %s', (model, name, version, wireName) => {
    expect(nameIn(model, name, version)).toBe(wireName);
  });

  test('decides what a body may hold', () => {
    const pool = { id: 'p', vmSize: 'a1', maxTasksPerNode: 4 };
    const oldest: Decoding = { version: 0, ignoreUnknown: false };
    expect(decodeModel('PoolAddParameter', pool, oldest)).toEqual({ id: 'p', vmSize: 'a1', taskSlotsPerNode: 4 });
    expect(decode('PoolAddParameter', pool)).toHaveProperty('code', 'InvalidRequestBody');
  });
});
