// Job schedules, job managers, the status of hooks and subtasks through the Azure adapter: what is sent, what is understood,
// page after page, and what a lost answer means. The shapes are those of wire-facts 3.3, 3.6 and 3.8.
import { describe, expect, test } from 'vitest';
import type { HookStatus, Schedule, ScheduleSpec, Subtask } from '../../../core/index.ts';
import { START, azureOn, collect, faultOf } from './azure-fixture.ts';

const SPEC: ScheduleSpec = {
  id: 's',
  displayName: 'Nightly',
  recurrence: { doNotRunUntil: START, doNotRunAfter: START + 500, startWindowMs: 60_000, intervalMs: 90_000 },
  job: {
    poolId: 'p',
    priority: 3,
    manager: {
      id: 'boss',
      commandLine: 'work',
      environment: [{ name: 'A', value: '1' }],
      user: { autoUser: { scope: 'task', elevation: 'admin' } },
      outputFiles: [{ filePattern: '*', containerUrl: 'https://x/c', uploadCondition: 'taskSuccess' }],
      constraints: { maxRetryCount: 2, maxWallClockMs: 1_000 },
      requiredSlots: 2,
      endsJob: false,
      runsAlone: false,
    },
  },
  metadata: { run: '42' },
};

const WIRE_SCHEDULE = {
  id: 's',
  state: 'Active',
  creationTime: '2030-01-01T00:00:00.1234567Z',
  schedule: {
    doNotRunUntil: '2030-01-02T00:00:00Z',
    doNotRunAfter: '2030-01-03T00:00:00Z',
    startWindow: 'PT1M',
    recurrenceInterval: 'P1D',
  },
  jobSpecification: { poolInfo: { poolId: 'p' } },
  executionInfo: { nextRunTime: '2030-01-02T00:00:00Z', recentJob: { id: 's:job-7', url: 'https://h/jobs/s:job-7' } },
  metadata: [{ name: 'run', value: '42' }],
};

describe('a job schedule', () => {
  test('is sent with everything that was said', async () => {
    const { service, double } = await azureOn(({ response }) => response.writeHead(201).end());
    await service.schedules.create(SPEC);
    const [request] = double.requests;
    expect([request?.method, request?.path]).toEqual(['POST', '/jobschedules']);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      id: 's',
      displayName: 'Nightly',
      schedule: {
        doNotRunUntil: '2030-01-01T00:00:00.000Z',
        doNotRunAfter: '2030-01-01T00:00:00.500Z',
        startWindow: 'PT1M',
        recurrenceInterval: 'PT1M30S',
      },
      jobSpecification: {
        poolInfo: { poolId: 'p' },
        priority: 3,
        jobManagerTask: {
          id: 'boss',
          commandLine: 'work',
          environmentSettings: [{ name: 'A', value: '1' }],
          userIdentity: { autoUser: { scope: 'task', elevationLevel: 'admin' } },
          outputFiles: [
            {
              filePattern: '*',
              destination: { container: { containerUrl: 'https://x/c' } },
              uploadOptions: { uploadCondition: 'tasksuccess' },
            },
          ],
          constraints: { maxTaskRetryCount: 2, maxWallClockTime: 'PT1S' },
          requiredSlots: 2,
          killJobOnCompletion: false,
          runExclusive: false,
        },
      },
      metadata: [{ name: 'run', value: '42' }],
    });
  });

  test('is sent with nothing that was not said', async () => {
    const { service, double } = await azureOn(({ response }) => response.writeHead(201).end());
    await service.schedules.create({ id: 's', recurrence: {}, job: { poolId: 'p' } });
    expect(JSON.parse(double.requests[0]?.body ?? '')).toEqual({
      id: 's',
      schedule: {},
      jobSpecification: { poolInfo: { poolId: 'p' } },
    });
  });

  test('is understood', async () => {
    const { service } = await azureOn(({ json }) => json(200, WIRE_SCHEDULE));
    expect(await service.schedules.get('s')).toStrictEqual({
      id: 's',
      state: 'active',
      recurrence: {
        doNotRunUntil: START + 86_400_000,
        doNotRunAfter: START + 2 * 86_400_000,
        startWindowMs: 60_000,
        intervalMs: 86_400_000,
      },
      createdAt: START + 123,
      nextRunAt: START + 86_400_000,
      recentJobId: 's:job-7',
      metadata: { run: '42' },
    } satisfies Schedule);
  });

  test('is understood with the least that the service says of one that has ended', async () => {
    const ended = { id: 's', state: 'completed', executionInfo: { endTime: '2030-01-01T00:00:01Z' } };
    const { service } = await azureOn(({ json }) => json(200, ended));
    expect(await service.schedules.get('s')).toStrictEqual({
      id: 's',
      state: 'completed',
      recurrence: {},
      endedAt: START + 1_000,
      metadata: {},
    } satisfies Schedule);
  });

  test('without an id is not of a Batch service', async () => {
    const { service } = await azureOn(({ json }) => json(200, { state: 'active' }));
    expect((await faultOf(service.schedules.get('s'))).fault.code).toBe('unavailable');
  });

  test.each([
    ['disable', 'POST', '/jobschedules/s/disable', 204],
    ['enable', 'POST', '/jobschedules/s/enable', 204],
    ['terminate', 'POST', '/jobschedules/s/terminate', 202],
    ['delete', 'DELETE', '/jobschedules/s', 202],
  ] as const)('is asked to %s', async (method, verb, path, status) => {
    const { service, double } = await azureOn(({ response }) => response.writeHead(status).end());
    await service.schedules[method]('s');
    expect(double.requests.map((request) => [request.method, request.path])).toEqual([[verb, path]]);
  });
});

describe('a write about a schedule whose answer was lost', () => {
  const create = async (creationTime: string, poolId = 'p'): Promise<void> => {
    const found = { ...WIRE_SCHEDULE, creationTime, jobSpecification: { poolInfo: { poolId } } };
    const { service } = await azureOn(({ request, reset, refuse, json, earlier }) => {
      if (request.method === 'GET') return json(200, found);
      return earlier === 0 ? reset() : refuse(409, 'JobScheduleExists');
    });
    await service.schedules.create(SPEC);
  };

  test('counts as done when the one that exists is new and has the same pool', async () => {
    await expect(create('2030-01-01T00:00:00Z')).resolves.toBeUndefined();
    expect((await faultOf(create('2029-12-31T00:00:00Z'))).fault.code).toBe('alreadyExists');
    expect((await faultOf(create('2030-01-01T00:00:00Z', 'another'))).fault.code).toBe('alreadyExists');
  });

  test.each([
    ['terminate', 'JobScheduleBeingTerminated'],
    ['terminate', 'JobScheduleCompleted'],
    ['delete', 'JobScheduleBeingDeleted'],
    ['delete', 'JobScheduleNotFound'],
    ['disable', 'JobScheduleDisabled'],
  ] as const)('%s counts as done on %s', async (method, code) => {
    const { service } = await azureOn(({ reset, refuse, earlier }) => (earlier === 0 ? reset() : refuse(409, code)));
    await expect(service.schedules[method]('s')).resolves.toBeUndefined();
    const { service: first } = await azureOn(({ refuse }) => refuse(409, code));
    expect((await faultOf(first.schedules[method]('s'))).fault.service?.code).toBe(code);
  });
});

describe('lists', () => {
  const node = { poolId: 'p', nodeId: 'n1' };

  test.each([
    ['schedules.list', '/jobschedules', { id: 'a' }],
    ['schedules.jobs', '/jobschedules/s/jobs', { id: 'a' }],
    ['jobs.hooks', '/jobs/j/jobpreparationandreleasetaskstatus', node],
  ] as const)('%s goes through all pages', async (name, path, item) => {
    const { service, double } = await azureOn(({ request, json }) => {
      const isFirst = !request.query.has('$skipToken');
      const link = `http://${request.headers.host ?? ''}${path}?$skipToken=1&api-version=2022-10-01.16.0`;
      json(200, { value: [item], ...(isFirst ? { 'odata.nextLink': link } : {}) });
    });
    const lists = {
      'schedules.list': () => collect<unknown>(service.schedules.list()),
      'schedules.jobs': () => collect<unknown>(service.schedules.jobs('s')),
      'jobs.hooks': () => collect<unknown>(service.jobs.hooks('j')),
    };
    expect(await lists[name]()).toHaveLength(2);
    expect(double.requests.map((request) => request.path)).toEqual([path, path]);
  });

  test('the status of hooks is understood', async () => {
    const run = { startTime: '2030-01-01T00:00:00Z', taskRootDirectory: 'workitems\\j\\job-1\\jobpreparation' };
    const failureInfo = { category: 'UserError', code: 'FailureExitCode', message: 'no', details: [] };
    const { service } = await azureOn(({ json }) =>
      json(200, {
        value: [
          {
            ...node,
            jobPreparationTaskExecutionInfo: {
              ...run,
              state: 'Completed',
              endTime: '2030-01-01T00:00:01Z',
              exitCode: 3,
              retryCount: 0,
              result: 'Failure',
              failureInfo,
            },
            jobReleaseTaskExecutionInfo: { startTime: '2030-01-01T00:00:02Z', state: 'running' },
          },
        ],
      }),
    );
    expect(await collect(service.jobs.hooks('j'))).toStrictEqual([
      {
        node,
        preparation: {
          state: 'completed',
          result: 'failure',
          startedAt: START,
          endedAt: START + 1_000,
          exitCode: 3,
          failure: { code: 'FailureExitCode', message: 'no', category: 'user', details: [] },
          directory: 'workitems/j/job-1/jobpreparation',
        },
        release: { state: 'running', startedAt: START + 2_000 },
      },
    ] satisfies HookStatus[]);
  });

  test('a status of hooks without a node is not of a Batch service', async () => {
    const { service } = await azureOn(({ json }) => json(200, { value: [{ poolId: 'p' }] }));
    expect((await faultOf(collect(service.jobs.hooks('j')))).fault.code).toBe('unavailable');
  });

  test('subtasks are understood, and come in one answer', async () => {
    const { service, double } = await azureOn(({ json }) =>
      json(200, {
        value: [
          {
            id: 1,
            nodeInfo: { ...node, taskRootDirectory: 'workitems/j/job-1/t' },
            startTime: '2030-01-01T00:00:00Z',
            endTime: '2030-01-01T00:00:01Z',
            state: 'completed',
            result: 'success',
            exitCode: 0,
          },
          { id: 2, state: 'preparing', nodeInfo: {} },
        ],
      }),
    );
    expect(await collect(service.tasks.subtasks('j', 't'))).toStrictEqual([
      {
        id: 1,
        state: 'completed',
        result: 'success',
        startedAt: START,
        endedAt: START + 1_000,
        exitCode: 0,
        node,
        directory: 'workitems/j/job-1/t',
      },
      { id: 2, state: 'preparing' },
    ] satisfies Subtask[]);
    expect(double.requests.map(({ path }) => path)).toEqual(['/jobs/j/tasks/t/subtasksinfo']);
  });

  test('an answer that is no list of subtasks is not of a Batch service', async () => {
    const { service } = await azureOn(({ json }) => json(200, { odd: true }));
    expect((await faultOf(collect(service.tasks.subtasks('j', 't')))).fault.code).toBe('unavailable');
  });
});
