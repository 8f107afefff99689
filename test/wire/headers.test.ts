// Status lines and headers, as they leave the server: names, order, presence (wire-facts 1.7, 1.8, 1.15, 3).
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { success } from '../../core/kernel/index.ts';
import { engineFault } from '../../emulator/engine/index.ts';
import { activeTask, job, node, pool } from './support/resources.ts';
import { NOW, send, startWireServer } from './support/wire-server.ts';

const HTTP_DATE = 'Tue, 01 Jan 2030 00:00:00 GMT';
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const stamp = () => Promise.resolve(success({ lastModified: NOW }));
const nothing = () => Promise.resolve(success(undefined));

const answers = {
  pools: {
    get: () => Promise.resolve(success(pool)),
    add: () => Promise.resolve(success(pool)),
    patch: stamp,
    resize: stamp,
    delete: stamp,
    updateProperties: stamp,
    list: () => Promise.resolve(success({ items: [pool] })),
  },
  nodes: { get: () => Promise.resolve(success(node)), reboot: nothing },
  jobs: {
    add: () => Promise.resolve(success(job)),
    disable: stamp,
    get: () => Promise.resolve(success(job)),
    delete: stamp,
  },
  tasks: {
    add: () => Promise.resolve(success(activeTask)),
    addCollection: () =>
      Promise.resolve(
        success([
          { taskId: 'aaa', outcome: 'added', task: activeTask } as const,
          { taskId: 'b', outcome: 'refused', fault: engineFault('TaskExists') } as const,
        ]),
      ),
    terminate: stamp,
    reactivate: stamp,
    delete: nothing,
  },
};

const common = ['Server', 'request-id', 'Strict-Transport-Security', 'X-Content-Type-Options', 'DataServiceVersion'];

describe('a single resource', () => {
  test('comes chunked, stamped and without DataServiceId', async () => {
    const server = await startWireServer({ answers });
    const answer = await send(server, { path: '/pools/p' });
    expect([answer.status, answer.reason]).toEqual([200, 'OK']);
    expect(answer.rawHeaders.map(([name]) => name)).toEqual([
      'Transfer-Encoding',
      'Content-Type',
      'Last-Modified',
      'ETag',
      ...common,
      'Date',
    ]);
    expect(Object.fromEntries(answer.rawHeaders)).toMatchObject({
      'Transfer-Encoding': 'chunked',
      'Content-Type': 'application/json;odata=minimalmetadata',
      'Last-Modified': HTTP_DATE,
      ETag: '0x8E2C4D7C28F968D',
      Server: 'Microsoft-HTTPAPI/2.0',
      'request-id': expect.stringMatching(GUID),
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
      'X-Content-Type-Options': 'nosniff',
      DataServiceVersion: '3.0',
      Date: HTTP_DATE,
    });
  });

  test('that is a node has no stamp', async () => {
    const server = await startWireServer({ answers });
    const { headers } = await send(server, { path: '/pools/p/nodes/n' });
    expect(headers['etag']).toBeUndefined();
    expect(headers['last-modified']).toBeUndefined();
  });
});

describe('an empty success', () => {
  const adding = JSON.stringify({ id: 'p', vmSize: 'a1', cloudServiceConfiguration: { osFamily: '4' } });

  test('of a created pool is chunked, without a type, and names the new resource', async () => {
    const server = await startWireServer({ answers });
    const answer = await send(server, { method: 'POST', path: '/pools', body: adding });
    expect([answer.status, answer.reason, answer.body]).toEqual([201, 'Created', '']);
    expect(answer.rawHeaders.map(([name]) => name)).toEqual([
      'Transfer-Encoding',
      'Last-Modified',
      'ETag',
      'Location',
      'DataServiceId',
      ...common,
      'Date',
    ]);
    expect(answer.headers['location']).toBe(`${server.url}/pools/p`);
    expect(answer.headers['dataserviceid']).toBe(`${server.url}/pools/p`);
    expect(answer.headers['content-type']).toBeUndefined();
  });

  test('of a created job names job-1, whatever the job is called', async () => {
    const server = await startWireServer({ answers });
    const body = JSON.stringify({ id: 'mine', poolInfo: { poolId: 'p' } });
    const { headers } = await send(server, { method: 'POST', path: '/jobs', body });
    expect(headers['location']).toBe(`${server.url}/jobs/job-1`);
    expect(headers['dataserviceid']).toBe(`${server.url}/jobs/job-1`);
  });

  test('of a created task names the task', async () => {
    const server = await startWireServer({ answers });
    const body = JSON.stringify({ id: 'aaa', commandLine: 'x' });
    const { status, headers } = await send(server, { method: 'POST', path: '/jobs/j/tasks', body });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`${server.url}/jobs/j/tasks/aaa`);
  });

  const properties = '{"certificateReferences":[],"applicationPackageReferences":[],"metadata":[]}';

  test.each([
    { method: 'POST', path: '/pools/p/resize', status: 202, body: '{"targetDedicatedNodes":1}', has: 'stamp, id' },
    { method: 'PATCH', path: '/pools/p', status: 200, body: '{}', has: 'stamp, id' },
    { method: 'POST', path: '/pools/p/updateproperties', status: 204, body: properties, has: 'stamp, id' },
    { method: 'DELETE', path: '/pools/p', status: 202, has: '' },
    { method: 'POST', path: '/jobs/j/disable', status: 202, body: '{"disableTasks":"requeue"}', has: 'stamp, id' },
    { method: 'DELETE', path: '/jobs/j', status: 202, has: '' },
    { method: 'POST', path: '/jobs/j/tasks/t/terminate', status: 204, has: 'stamp, id' },
    { method: 'POST', path: '/jobs/j/tasks/t/reactivate', status: 204, has: 'stamp' },
    { method: 'DELETE', path: '/jobs/j/tasks/t', status: 200, has: '' },
    { method: 'POST', path: '/pools/p/nodes/n/reboot', status: 202, has: 'id' },
  ])('of $method $path is $status and carries: $has', async ({ status, has, ...asked }) => {
    const server = await startWireServer({ answers });
    const answer = await send(server, asked);
    expect([answer.status, answer.body]).toEqual([status, '']);
    expect(answer.headers['etag']).toBe(has.includes('stamp') ? '0x8E2C4D7C28F968D' : undefined);
    expect(answer.headers['dataserviceid']).toBe(has.includes('id') ? `${server.url}${asked.path}` : undefined);
    expect(answer.headers['transfer-encoding']).toBe(status === 204 ? undefined : 'chunked');
    expect(answer.headers['content-length']).toBe(status === 204 ? '0' : undefined);
  });
});

describe('a collection of tasks', () => {
  test('is answered 200 with a result for each, and the errors of those that were refused', async () => {
    const server = await startWireServer({ answers });
    const body = JSON.stringify({
      value: [
        { id: 'aaa', commandLine: 'x' },
        { id: 'b', commandLine: 'x' },
      ],
    });
    const answer = await send(server, { method: 'POST', path: '/jobs/j/addtaskcollection', body });
    expect(answer.status).toBe(200);
    expect(answer.headers['dataserviceid']).toBeUndefined();
    const requestId = answer.headers['request-id'] ?? '';
    expect(JSON.parse(answer.body)).toEqual({
      'odata.metadata': `${server.url}/$metadata#taskaddresult`,
      value: [
        {
          status: 'Success',
          taskId: 'aaa',
          eTag: '0x8E2C4D7C28F968D',
          lastModified: '2030-01-01T00:00:00.1234573Z',
          location: `${server.url}/jobs/j/tasks/aaa`,
        },
        {
          status: 'ClientError',
          taskId: 'b',
          error: {
            code: 'TaskExists',
            message: {
              lang: 'en-US',
              value: `The specified task already exists.\nRequestId:${requestId}\nTime:2030-01-01T00:00:00.1234573Z`,
            },
          },
        },
      ],
    });
  });
});

describe('an error', () => {
  test('has its sentence as the reason phrase, a length, and its request id twice', async () => {
    const server = await startWireServer();
    const answer = await send(server, { path: '/pools/p' });
    expect([answer.status, answer.reason]).toEqual([404, 'The specified pool does not exist.']);
    expect(answer.rawHeaders.map(([name]) => name)).toEqual(['Content-Length', 'Content-Type', ...common, 'Date']);
    const requestId = answer.headers['request-id'] ?? '';
    expect(answer.body.replaceAll(server.url, 'https://h')).toBe(
      '{\r\n  "odata.metadata":"https://h/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element",' +
        '"code":"PoolNotFound","message":{\r\n    "lang":"en-US","value":"The specified pool does not exist.\\nRequestId:' +
        `${requestId}\\nTime:2030-01-01T00:00:00.1234573Z"\r\n  }\r\n}`,
    );
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
  });

  test('writes its values one below the other', async () => {
    const server = await startWireServer();
    const { body } = await send(server, { path: '/pools?timeout=30' });
    expect(body).toContain('"code":"MissingRequiredQueryParameter","message":{');
    expect(body).toContain(
      ',"values":[\r\n    {\r\n      "key":"QueryParameterName","value":"api-version"\r\n    }\r\n  ]\r\n}',
    );
  });

  test('of HEAD has no body and no type', async () => {
    const server = await startWireServer();
    const answer = await send(server, { method: 'HEAD', path: '/pools/p' });
    expect([answer.status, answer.body]).toEqual([404, '']);
    expect(answer.headers['content-type']).toBeUndefined();
  });
});

describe('HEAD of a pool', () => {
  test('is its stamp alone', async () => {
    const server = await startWireServer({ answers });
    const answer = await send(server, { method: 'HEAD', path: '/pools/p' });
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(answer.headers['etag']).toBe('0x8E2C4D7C28F968D');
    expect(answer.headers['transfer-encoding']).toBe('chunked');
    expect(answer.headers['content-type']).toBeUndefined();
  });
});

describe("the client's request id", () => {
  test('comes back when it was asked for', async () => {
    const server = await startWireServer({ answers });
    const headers = { 'client-request-id': 'mine', 'return-client-request-id': 'true' };
    expect((await send(server, { path: '/pools/p', headers })).headers['client-request-id']).toBe('mine');
  });

  test.each([{}, { 'return-client-request-id': 'false' }])('does not come back with %j', async (more) => {
    const server = await startWireServer({ answers });
    const headers = { 'client-request-id': 'mine', ...more };
    expect((await send(server, { path: '/pools/p', headers })).headers['client-request-id']).toBeUndefined();
  });
});

describe('request ids', () => {
  test('are the same in a run with the same seed, and differ from request to request', async () => {
    const [first, second] = [await startWireServer({ answers }), await startWireServer({ answers })];
    const idOf = async (server: typeof first) => (await send(server, { path: '/pools/p' })).headers['request-id'];
    const id = await idOf(first);
    expect(await idOf(second)).toBe(id);
    expect(await idOf(second)).not.toBe(id);
  });
});

describe('a connection', () => {
  test('is kept for the next request, without saying so', async () => {
    const server = await startWireServer({ answers });
    const socket = connect(server.port, '127.0.0.1');
    const twice = 'GET /pools HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(2);
    const text = await new Promise<string>((resolve) => {
      let received = '';
      socket.on('data', (chunk) => {
        received += String(chunk);
        if (received.split('HTTP/1.1 403').length === 3) resolve(received);
      });
      socket.write(twice);
    });
    socket.destroy();
    expect(text).not.toMatch(/^(connection|keep-alive):/im);
  });

  test('that speaks no HTTP is told so and closed', async () => {
    const server = await startWireServer();
    const socket = connect(server.port, '127.0.0.1');
    const text = await new Promise<string>((resolve) => {
      let received = '';
      socket.on('data', (chunk) => (received += String(chunk)));
      socket.on('close', () => resolve(received));
      socket.write('nonsense\r\n\r\n');
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
  });
});
