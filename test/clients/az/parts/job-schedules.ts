// `az batch job-schedule`, and what belongs to the account, with Debian's Azure CLI, unmodified.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programZip } from '../../../support/zip.ts';
import type { ClientCloud } from '../../support/client-cloud.ts';
import type { Az } from '../az-command.ts';

export function describeJobSchedules(az: Az, cloud: () => ClientCloud): void {
  const schedule = ['--job-schedule-id', 'hourly'];
  const create = ['job-schedule', 'create', '--id', 'hourly', '--pool-id', 'pool', '--recurrence-interval', 'PT1H'];

  test('creates, lists and shows schedules with their first job', async () => {
    await az.json(...create, '--metadata', 'a=b');
    expect(await az.refusal(...create)).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified job schedule already exists.',
    });
    const file = join(cloud().folder, 'schedule.json');
    const jobSpecification = { poolInfo: { poolId: 'pool' }, priority: 100 };
    await writeFile(file, JSON.stringify({ id: 'once', schedule: {}, jobSpecification }));
    await az.json('job-schedule', 'create', '--json-file', file);
    expect(await az.json('job-schedule', 'list', '--query', '[].[id, state, jobSpecification.priority]')).toEqual([
      ['hourly', 'active', 0],
      ['once', 'active', 100],
    ]);
    expect(await az.json('job-schedule', 'show', ...schedule)).toMatchObject({
      id: 'hourly',
      schedule: { recurrenceInterval: '1:00:00' },
      metadata: [{ name: 'a', value: 'b' }],
      executionInfo: { recentJob: { id: 'hourly:job-1', url: `${cloud().endpoint}/jobs/hourly:job-1` } },
    });
    expect(await az.json('job', 'list', ...schedule, '--query', '[].id')).toEqual(['hourly:job-1']);
  });

  test('changes schedules in part and as a whole', async () => {
    const show = ['job-schedule', 'show', ...schedule, '--query', '[schedule.recurrenceInterval, metadata[0].value]'];
    await az.json('job-schedule', 'set', ...schedule, '--recurrence-interval', 'PT2H');
    expect(await az.json(...show)).toEqual(['2:00:00', 'b']);
    await az.json('job-schedule', 'reset', ...schedule, '--pool-id', 'pool', '--recurrence-interval', 'PT3H');
    expect(await az.json(...show)).toEqual(['3:00:00', null]);
    expect(await az.refusal('job-schedule', 'set', ...schedule, '--recurrence-interval', 'PT1S')).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('PropertyName: recurrenceInterval\n') as string,
    });
  });

  test('disables, enables, stops and deletes schedules', async () => {
    const state = ['job-schedule', 'show', ...schedule, '--query', 'state'];
    await az.json('job-schedule', 'disable', ...schedule);
    expect(await az.json(...state)).toBe('disabled');
    await az.json('job-schedule', 'enable', ...schedule);
    expect(await az.json(...state)).toBe('active');
    await az.json('job-schedule', 'stop', ...schedule);
    await az.until('completed', ...state);
    await az.json('job-schedule', 'delete', ...schedule, '--yes');
    await az.until('once', 'job-schedule', 'list', '--query', '[].id');
    expect(await az.refusal('job-schedule', 'show', ...schedule)).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified job schedule does not exist.',
    });
  });

  test('reads applications and certificates of the account', async () => {
    expect(await az.json('application', 'summary', 'list')).toEqual([]);
    const path = `${cloud().endpoint}/_batchrite/applications/tool/packages/1.0`;
    await fetch(path, { method: 'PUT', body: Buffer.from(programZip('tool', 'true')) });
    expect(await az.json('application', 'summary', 'show', '--application-id', 'Tool')).toMatchObject({
      id: 'tool',
      versions: ['1.0'],
    });
    expect(await az.json('certificate', 'list')).toEqual([]);
    const file = join(cloud().folder, 'some.cer');
    await writeFile(file, 'not a real certificate');
    const thumbprint = ['--thumbprint', 'ABCDEF0123456789ABCDEF0123456789ABCDEF01'];
    await az.json('certificate', 'create', ...thumbprint, '--certificate-file', file);
    expect(await az.json('certificate', 'show', ...thumbprint, '--query', '[thumbprint, state]')).toEqual([
      'abcdef0123456789abcdef0123456789abcdef01',
      'active',
    ]);
    await az.json('certificate', 'delete', ...thumbprint, '--yes');
    expect(await az.refusal('certificate', 'show', ...thumbprint)).toEqual({
      exitCode: 1,
      text: 'ERROR: The specified certificate does not exist.',
    });
    const formula = ['--pool-id', 'nowhere', '--auto-scale-formula', '$TargetDedicatedNodes=1'];
    expect(await az.refusal('pool', 'autoscale', 'evaluate', ...formula)).toMatchObject({ exitCode: 1 });
  });
}
