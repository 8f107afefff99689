// Refusals through the unmodified `@azure/batch` client of the operations that the other files call with success alone.
import { BatchServiceClient, BatchSharedKeyCredentials } from '@azure/batch';
import { describe, expect, test } from 'vitest';
import { accountWithJob, accountWithNode, refusalOf, sdkAccount } from '../support/sdk-account.ts';

const filter = "colour eq 'red'";
const badQuery = '400 InvalidQueryParameterValue';

describe('a list', () => {
  test('does not filter by what it does not know', async () => {
    const { client, nodeId } = await accountWithNode();
    expect(await refusalOf(client.pool.list({ poolListOptions: { filter } }))).toBe(badQuery);
    expect(await refusalOf(client.job.list({ jobListOptions: { filter } }))).toBe(badQuery);
    expect(await refusalOf(client.jobSchedule.list({ jobScheduleListOptions: { filter } }))).toBe(badQuery);
    expect(await refusalOf(client.task.list('j', { taskListOptions: { filter } }))).toBe(badQuery);
    expect(await refusalOf(client.certificate.list({ certificateListOptions: { filter } }))).toBe(badQuery);
    expect(await refusalOf(client.computeNode.list('p', { computeNodeListOptions: { filter } }))).toBe(badQuery);
    const counts = { accountListPoolNodeCountsOptions: { filter } };
    expect(await refusalOf(client.account.listPoolNodeCounts(counts))).toBe(badQuery);
    const usage = { poolListUsageMetricsOptions: { filter } };
    expect(await refusalOf(client.pool.listUsageMetrics(usage))).toBe(badQuery);
    const files = { fileListFromComputeNodeOptions: { filter } };
    expect(await refusalOf(client.file.listFromComputeNode('p', nodeId, files))).toBe(badQuery);
    expect(await refusalOf(client.computeNodeExtension.list('p', 'nobody'))).toBe('404 NodeNotFound');
  });
});

describe('what is not there', () => {
  test('is neither deleted nor changed', async () => {
    const { client } = await accountWithJob();
    expect(await refusalOf(client.job.deleteMethod('k'))).toBe('404 JobNotFound');
    expect(await refusalOf(client.job.update('k', { poolInfo: { poolId: 'p' } }))).toBe('404 JobNotFound');
    expect(await refusalOf(client.jobSchedule.deleteMethod('s'))).toBe('404 JobScheduleNotFound');
    expect(await refusalOf(client.jobSchedule.patch('s', {}))).toBe('404 JobScheduleNotFound');
    expect(await refusalOf(client.task.deleteMethod('j', 't'))).toBe('404 TaskNotFound');
    expect(await refusalOf(client.task.update('j', 't', {}))).toBe('404 TaskNotFound');
    expect(await refusalOf(client.certificate.deleteMethod('sha1', 'ab'))).toBe('404 CertificateNotFound');
    const properties = { certificateReferences: [], applicationPackageReferences: [], metadata: [] };
    expect(await refusalOf(client.pool.updateProperties('q', properties))).toBe('404 PoolNotFound');
    expect(await refusalOf(client.computeNode.reboot('p', 'nobody'))).toBe('404 NodeNotFound');
    expect(await refusalOf(client.computeNode.getRemoteLoginSettings('p', 'nobody'))).toBe('404 NodeNotFound');
  });

  test('has no files', async () => {
    const { client, clock, nodeId } = await accountWithNode();
    await client.task.add('j', { id: 't', commandLine: 'true' });
    clock.advance(1000);
    const absent = 'wd/absent.txt';
    expect(await refusalOf(client.file.getFromComputeNode('p', nodeId, absent))).toMatch(/^404 /);
    expect(await refusalOf(client.file.getPropertiesFromTask('j', 't', absent))).toMatch(/^404 /);
    expect(await refusalOf(client.file.deleteFromTask('j', 't', absent))).toMatch(/^404 /);
  });
});

describe('what is so already', () => {
  test('is not enabled again', async () => {
    const { client, nodeId } = await accountWithNode();
    expect(await refusalOf(client.job.enable('j'))).toBe('409 JobNotActive');
    expect(await refusalOf(client.computeNode.enableScheduling('p', nodeId))).toBe(
      '409 NodeAlreadyInTargetSchedulingState',
    );
  });
});

describe('a client with the wrong key', () => {
  test('is refused what nothing else can be wrong with', async () => {
    const { server, engine } = await sdkAccount();
    const credentials = new BatchSharedKeyCredentials(engine.account.name, 'AAAA');
    const client = new BatchServiceClient(credentials, server.url, { noRetryPolicy: true });
    const denied = '403 AuthenticationFailed';
    expect(await refusalOf(client.application.list())).toBe(denied);
    expect(await refusalOf(client.job.getAllLifetimeStatistics())).toBe(denied);
    expect(await refusalOf(client.pool.getAllLifetimeStatistics())).toBe(denied);
    // An answer to HEAD has no body, and so no code.
    expect(await refusalOf(client.pool.exists('p'))).toMatch(/^403/);
    expect(await refusalOf(client.jobSchedule.exists('s'))).toMatch(/^403/);
  });
});
