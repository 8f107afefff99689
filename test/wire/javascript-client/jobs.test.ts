// Jobs and job schedules through the unmodified `@azure/batch` client, with a success and a refusal of every operation, on the real engine.
import { describe, expect, test } from 'vitest';
import { refusalOf, sdkAccount, accountWithJob } from '../support/sdk-account.ts';

describe('job', () => {
  test('is added, shown, listed and deleted', async () => {
    const { client, clock, server } = await accountWithJob();
    expect(await client.job.get('J')).toMatchObject({ id: 'j', state: 'active', poolInfo: { poolId: 'p' } });
    expect(await refusalOf(client.job.add({ id: 'j', poolInfo: { poolId: 'p' } }))).toBe('409 JobExists');
    const added = await client.job.add({ id: 'k', poolInfo: { poolId: 'nowhere' } });
    expect(added.dataServiceId).toBe(`${server.url}/jobs/job-1`);
    expect((await client.job.list()).map(({ id }) => id)).toEqual(['j', 'k']);
    await client.job.deleteMethod('j');
    clock.advance(1);
    expect(await refusalOf(client.job.get('j'))).toBe('404 JobNotFound');
  });

  test('is patched and updated', async () => {
    const { client } = await accountWithJob();
    await client.job.patch('j', { priority: 7, constraints: { maxWallClockTime: 'P3Y6M4DT12H30M5S' } });
    const patched = await client.job.get('j');
    expect(patched).toMatchObject({
      priority: 7,
      constraints: { maxWallClockTime: 'P1279DT12H30M5S', maxTaskRetryCount: 0 },
    });
    await client.job.update('j', { poolInfo: { poolId: 'p' } });
    expect(await client.job.get('j')).toMatchObject({ priority: 0, maxParallelTasks: -1 });
    expect(await refusalOf(client.job.patch('j', { priority: 1001 }))).toMatch(/^400 /);
  });

  test('is disabled, enabled and terminated', async () => {
    const { client, clock } = await accountWithJob();
    await client.job.disable('j', 'requeue');
    clock.advance(1);
    expect((await client.job.get('j')).state).toBe('disabled');
    await client.job.enable('j');
    expect((await client.job.get('j')).state).toBe('active');
    await client.job.terminate('j', { terminateReason: 'enough' });
    clock.advance(1);
    expect(await client.job.get('j')).toMatchObject({
      state: 'completed',
      executionInfo: { terminateReason: 'enough' },
    });
    expect(await refusalOf(client.job.terminate('j'))).toBe('409 JobCompleted');
    expect(await refusalOf(client.job.disable('j', 'wait'))).toMatch(/^409 /);
  });

  test('is terminated without a reason', async () => {
    const { client, clock } = await accountWithJob();
    await client.job.terminate('j');
    clock.advance(1);
    expect((await client.job.get('j')).executionInfo?.terminateReason).toBe('UserTerminate');
  });

  test('counts its tasks', async () => {
    const { client, clock } = await accountWithJob();
    await client.task.addCollection('j', [
      { id: 'a', commandLine: '/bin/sh -c "exit 3"' },
      { id: 'b', commandLine: 'true' },
    ]);
    clock.advance(1000);
    expect(await client.job.getTaskCounts('j')).toMatchObject({
      taskCounts: { active: 0, running: 0, completed: 2, succeeded: 1, failed: 1 },
    });
    expect(await refusalOf(client.job.getTaskCounts('k'))).toBe('404 JobNotFound');
  });

  test('shows its preparation tasks', async () => {
    const { client, clock, server } = await accountWithJob();
    await client.job.add({ id: 'k', poolInfo: { poolId: 'p' }, jobPreparationTask: { commandLine: 'true' } });
    await client.task.add('k', { id: 't', commandLine: 'true' });
    clock.advance(1000);
    const [status] = await client.job.listPreparationAndReleaseTaskStatus('k');
    const node = `${server.url}/pools/p/nodes/${status?.nodeId ?? ''}`;
    expect(status).toMatchObject({
      poolId: 'p',
      nodeUrl: node,
      jobPreparationTaskExecutionInfo: {
        state: 'completed',
        result: 'success',
        taskRootDirectoryUrl: `${node}/files/workitems/k/job-1/jobpreparation`,
      },
    });
    expect(await refusalOf(client.job.listPreparationAndReleaseTaskStatus('j'))).toBe(
      '409 JobPreparationTaskNotSpecified',
    );
  });

  test('has lifetime statistics without content', async () => {
    const { client } = await sdkAccount();
    expect(await client.job.getAllLifetimeStatistics()).toMatchObject({ numSucceededTasks: 0, waitTime: 'PT0S' });
  });
});

describe('job schedule', () => {
  const hourly = {
    id: 's',
    schedule: { recurrenceInterval: 'PT1H' },
    jobSpecification: { poolInfo: { poolId: 'p' } },
  };

  test('is added, shown, listed, found and deleted', async () => {
    const { client, clock, server } = await sdkAccount();
    const added = await client.jobSchedule.add(hourly);
    expect(added.dataServiceId).toBe(`${server.url}/jobschedules/s`);
    clock.advance(1);
    expect(await client.jobSchedule.get('s')).toMatchObject({
      id: 's',
      url: `${server.url}/jobschedules/s`,
      state: 'active',
      schedule: { recurrenceInterval: 'PT1H' },
      executionInfo: { recentJob: { id: 's:job-1', url: `${server.url}/jobs/s:job-1` } },
    });
    expect(await refusalOf(client.jobSchedule.add(hourly))).toBe('409 JobScheduleExists');
    expect((await client.jobSchedule.list()).map(({ id }) => id)).toEqual(['s']);
    expect((await client.jobSchedule.exists('s')).body).toBe(true);
    expect((await client.jobSchedule.exists('t')).body).toBe(false);
    await client.jobSchedule.deleteMethod('s');
    clock.advance(1);
    expect(await refusalOf(client.jobSchedule.get('s'))).toBe('404 JobScheduleNotFound');
  });

  test('has jobs', async () => {
    const { client, clock, server } = await sdkAccount();
    await client.jobSchedule.add(hourly);
    clock.advance(1);
    const [job] = await client.job.listFromJobSchedule('s');
    expect(job).toMatchObject({ id: 's:job-1', url: `${server.url}/jobs/s:job-1` });
    expect((await client.job.get('s:job-1')).id).toBe('s:job-1');
    expect(await refusalOf(client.job.listFromJobSchedule('t'))).toBe('404 JobScheduleNotFound');
  });

  test('is patched and updated', async () => {
    const { client } = await sdkAccount();
    const { eTag = '' } = await client.jobSchedule.add(hourly);
    await client.jobSchedule.patch('s', { metadata: [{ name: 'a', value: 'b' }] });
    expect((await client.jobSchedule.get('s')).metadata).toEqual([{ name: 'a', value: 'b' }]);
    const { schedule, jobSpecification } = hourly;
    await client.jobSchedule.update('s', { schedule, jobSpecification });
    expect((await client.jobSchedule.get('s')).metadata).toBeUndefined();
    const outdated = { jobScheduleUpdateOptions: { ifMatch: eTag } };
    expect(await refusalOf(client.jobSchedule.update('s', { schedule, jobSpecification }, outdated))).toBe(
      '412 ConditionNotMet',
    );
  });

  test('is disabled, enabled and terminated', async () => {
    const { client, clock } = await sdkAccount();
    await client.jobSchedule.add(hourly);
    await client.jobSchedule.disable('s');
    expect((await client.jobSchedule.get('s')).state).toBe('disabled');
    await client.jobSchedule.enable('s');
    expect((await client.jobSchedule.get('s')).state).toBe('active');
    await client.jobSchedule.terminate('s');
    clock.advance(1);
    expect(await client.jobSchedule.get('s')).toMatchObject({ state: 'completed', previousState: 'active' });
    expect(await refusalOf(client.jobSchedule.enable('s'))).toBe('409 JobScheduleCompleted');
    expect(await refusalOf(client.jobSchedule.disable('t'))).toBe('404 JobScheduleNotFound');
    expect(await refusalOf(client.jobSchedule.terminate('t'))).toBe('404 JobScheduleNotFound');
  });
});
