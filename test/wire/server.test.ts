// The server as a whole: versions, accounts, routes of our own, what it logs, how it starts and how it ends.
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seededRandom, success, VirtualClock } from '../../core/kernel/index.ts';
import type { RequestRecord } from '../../emulator/rest/index.ts';
import { createBatchServer, unsimulatedOperations } from '../../emulator/rest/index.ts';
import { cannedEngine } from './support/canned-engine.ts';
import { memoryFiles } from './support/memory-files.ts';
import { pool } from './support/resources.ts';
import type { WireServerOptions } from './support/wire-server.ts';
import { ACCOUNT, API_VERSION, JSON_TYPE, KEY, NOW, send, startWireServer } from './support/wire-server.ts';

const answers = {
  pools: { get: () => Promise.resolve(success(pool)), list: () => Promise.resolve(success({ items: [pool] })) },
};

/** A log whose entries can be looked at. */
function recordingLog() {
  const requests: RequestRecord[] = [];
  const warnings: string[] = [];
  const failures: string[] = [];
  return {
    requests,
    warnings,
    failures,
    request: (record: RequestRecord) => void requests.push(record),
    warn: (message: string) => void warnings.push(message),
    failure: (message: string, error: unknown) => void failures.push(`${message}: ${String(error)}`),
  };
}

describe('an api-version', () => {
  test.each(['2018-03-01.6.1', '2020-09-01.12.0', '2022-10-01.16.0', '2024-07-01.20.0'])(
    '%s that was released is served',
    async (version) => {
      const server = await startWireServer({ answers });
      expect((await send(server, { path: `/pools/p?api-version=${version}` })).status).toBe(200);
    },
  );

  test('that is newer than any known one is served, with one warning', async () => {
    const log = recordingLog();
    const server = await startWireServer({ answers, log });
    for (let time = 0; time < 3; time += 1) {
      expect((await send(server, { path: '/pools/p?api-version=2031-01-01.30.0' })).status).toBe(200);
    }
    expect(log.warnings).toEqual([expect.stringContaining('2031-01-01.30.0')]);
  });

  test('that is newer than any known one is refused by a strict server', async () => {
    const server = await startWireServer({ answers, strictApiVersion: true });
    const answer = await send(server, { path: '/pools/p?api-version=2031-01-01.30.0' });
    expect([answer.status, answer.reason]).toEqual([400, 'The specified request version is not supported.']);
  });

  test('before there were slots has counts of tasks alone, and another name for what runs on a node at once', async () => {
    const counts = { active: 1, running: 0, completed: 0, succeeded: 0, failed: 0 };
    const taskCounts = () => Promise.resolve(success({ taskCounts: counts, taskSlotCounts: counts }));
    const server = await startWireServer({ answers: { ...answers, jobs: { taskCounts } } });
    const older = await send(server, { path: '/jobs/j/taskcounts?api-version=2018-12-01.8.0' });
    expect(JSON.parse(older.body)).toEqual({
      'odata.metadata': `${server.url}/$metadata#taskcounts/@Element`,
      ...counts,
    });
    const { body } = await send(server, { path: '/pools/p?$select=maxTasksPerNode&api-version=2018-12-01.8.0' });
    expect(JSON.parse(body)).toMatchObject({ maxTasksPerNode: 1 });
  });

  test('that did not have an operation yet does not have its path', async () => {
    const server = await startWireServer({ answers });
    expect((await send(server, { path: '/supportedimages?api-version=2018-12-01.8.0' })).status).toBe(404);
  });
});

describe('accounts', () => {
  async function twoAccounts() {
    const account = (key: string, id: string) => ({
      key,
      engine: cannedEngine({ pools: { list: () => Promise.resolve(success({ items: [{ ...pool, id }] })) } }),
      files: memoryFiles({}, NOW),
    });
    const other = Buffer.from('the other key').toString('base64');
    const server = createBatchServer({
      accounts: new Map([
        [ACCOUNT, account(KEY, 'mine')],
        ['other', account(other, 'theirs')],
      ]),
      clock: new VirtualClock(NOW),
      credentialClock: null,
      random: seededRandom('accounts'),
    });
    await server.listen(0);
    onTestFinished(() => server.close());
    return { server, other };
  }

  test('see their own state alone', async () => {
    const { server, other } = await twoAccounts();
    expect((await send(server, { path: '/pools' })).body).toContain('"id":"mine"');
    expect((await send(server, { path: '/pools', account: 'other', key: other })).body).toContain('"id":"theirs"');
  });

  test('do not accept the key of another', async () => {
    const { server, other } = await twoAccounts();
    expect((await send(server, { path: '/pools', account: 'other' })).status).toBe(403);
    expect((await send(server, { path: '/pools', key: other })).status).toBe(403);
  });
});

describe('routes of our own', () => {
  const extraRoutes: WireServerOptions['extraRoutes'] = {
    prefix: '/_batchrite',
    handle: (message, target) => void target.end(`ours ${message.url ?? ''}`),
  };

  test.each(['/_batchrite', '/_batchrite?x=1', '/_batchrite/clock/advance'])(
    'get %s without credentials',
    async (path) => {
      const server = await startWireServer({ extraRoutes });
      const answer = await send(server, {
        path: path.includes('?') ? path : `${path}?`,
        headers: { authorization: '-' },
      });
      expect(answer.body).toMatch(/^ours \/_batchrite/);
    },
  );

  test('do not get what only starts alike', async () => {
    const server = await startWireServer({ extraRoutes });
    expect((await send(server, { path: '/_batchrites' })).status).toBe(404);
  });
});

describe('the access log', () => {
  test('names operation, account, status and code, and nothing of the query or the credential', async () => {
    const log = recordingLog();
    const server = await startWireServer({ answers, log });
    await send(server, { path: `/pools?$filter=id%20eq%20%27x%27&api-version=${API_VERSION}` });
    await send(server, { path: '/jobs/j' });
    await send(server, { path: '/pools', key: 'AAAA' });
    const requestId = expect.any(String);
    expect(log.requests).toEqual([
      { method: 'GET', path: '/pools', status: 200, operation: 'Pool_List', account: ACCOUNT, requestId },
      {
        method: 'GET',
        path: '/jobs/j',
        status: 404,
        operation: 'Job_Get',
        account: ACCOUNT,
        code: 'JobNotFound',
        requestId,
      },
      { method: 'GET', path: '/pools', status: 403, code: 'AuthenticationFailed', requestId },
    ]);
    expect(JSON.stringify(log.requests)).not.toMatch(/SharedKey|filter/);
  });

  test('keeps what went wrong inside, which the client is not told', async () => {
    const log = recordingLog();
    const broken = { pools: { get: () => Promise.reject(new Error('pool 7 has two states')) } };
    const server = await startWireServer({ answers: broken, log });
    const answer = await send(server, { path: '/pools/p' });
    expect([answer.status, answer.reason]).toEqual([
      500,
      'Server encountered an internal error. Please try again after some time.',
    ]);
    expect(answer.body).not.toContain('two states');
    expect(log.failures).toEqual(['GET /pools/p failed: Error: pool 7 has two states']);
  });
});

describe('an operation that is not simulated', () => {
  const path = '/pools/p/nodes/n/uploadbatchservicelogs';
  const body = '{"containerUrl":"http://c","startTime":"2030-01-01T00:00:00Z"}';

  test('has a reason, and says it', async () => {
    const reasons = new Map(unsimulatedOperations().map(({ id, reason }) => [id, reason]));
    expect([...reasons.keys()]).toEqual([
      'ComputeNode_UploadBatchServiceLogs',
      'ComputeNode_Deallocate',
      'ComputeNode_Start',
    ]);
    const server = await startWireServer();
    const answer = await send(server, { method: 'POST', path, body });
    expect(answer.status).toBe(501);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 'NotImplemented',
      values: [
        { key: 'Operation', value: 'ComputeNode_UploadBatchServiceLogs' },
        { key: 'Reason', value: reasons.get('ComputeNode_UploadBatchServiceLogs') },
      ],
    });
  });

  test('that came later is there from its version on', async () => {
    const server = await startWireServer();
    const start = '/pools/p/nodes/n/start';
    expect((await send(server, { method: 'POST', path: start })).status).toBe(404);
    expect((await send(server, { method: 'POST', path: `${start}?api-version=2024-07-01.20.0` })).status).toBe(501);
  });

  test('is answered by a loose server as if there was nothing to do', async () => {
    const server = await startWireServer({ loose: true });
    const answer = await send(server, { method: 'POST', path, body });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ numberOfFilesUploaded: 0 });
  });
});

describe('a loose server', () => {
  test('overlooks unknown members, unknown parameters and a bare content type', async () => {
    const patched: unknown[] = [];
    const patch = (_id: string, change: unknown) => {
      patched.push(change);
      return Promise.resolve(success({ lastModified: NOW }));
    };
    const server = await startWireServer({ loose: true, answers: { pools: { patch } } });
    const answer = await send(server, {
      method: 'PATCH',
      path: `/pools/p?api-version=${API_VERSION}&future=1`,
      headers: { 'content-type': 'application/json' },
      body: '{"metadata":[{"name":"a","value":"b","colour":"red"}],"future":{}}',
    });
    expect(answer.status).toBe(200);
    expect(patched).toEqual([{ metadata: [{ name: 'a', value: 'b' }] }]);
  });
});

describe('a body', () => {
  test('is understood in the terms of the engine', async () => {
    const added: unknown[] = [];
    const add = (body: unknown) => {
      added.push(body);
      return Promise.resolve(success(pool));
    };
    const server = await startWireServer({ answers: { pools: { add } } });
    const body = {
      id: 'p',
      vmSize: 'a1',
      displayName: null,
      resizeTimeout: 'PT15M',
      taskSchedulingPolicy: { nodeFillType: 'SPREAD' },
      startTask: { commandLine: 'x', userIdentity: { autoUser: { elevationLevel: 'Admin' } } },
      virtualMachineConfiguration: {
        imageReference: { publisher: 'p', offer: 'o', sku: 's' },
        nodeAgentSKUId: 'n',
        extensions: [{ name: 'e', publisher: 'p', type: 't', settings: { any: ['thing', 1, null] } }],
      },
    };
    const answer = await send(server, { method: 'POST', path: '/pools', body: JSON.stringify(body) });
    expect(answer.status).toBe(201);
    const { displayName: _null, ...rest } = body;
    expect(added).toEqual([
      {
        ...rest,
        resizeTimeout: 900_000,
        taskSchedulingPolicy: { nodeFillType: 'spread' },
        startTask: { commandLine: 'x', userIdentity: { autoUser: { elevationLevel: 'admin' } } },
      },
    ]);
  });

  test('may come in chunks without a length', async () => {
    const server = await startWireServer({
      answers: { pools: { patch: () => Promise.resolve(success({ lastModified: NOW })) } },
    });
    // The signature has no length then either.
    const headers = { 'transfer-encoding': 'chunked', 'content-type': JSON_TYPE };
    const answer = await send(server, { method: 'PATCH', path: '/pools/p', headers, body: '{}', unsized: true });
    expect(answer.status).toBe(200);
  });

  test('needs a length or chunks', async () => {
    const server = await startWireServer();
    const answer = await send(server, { method: 'POST', path: '/pools', unsized: true });
    expect([answer.status, answer.reason]).toEqual([411, 'The Content-Length header was not specified.']);
  });

  test('that never ends is cut off after its refusal', async () => {
    const server = await startWireServer();
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.write('POST /pools HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999\r\n\r\n');
    const block = Buffer.alloc(1_048_576);
    const pour = (): void => {
      while (!socket.destroyed && socket.write(block)) {
        // until the socket is full
      }
    };
    socket.on('drain', pour);
    pour();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received).toMatch(/^HTTP\/1\.1 403 /);
    expect(socket.bytesWritten).toBeLessThan(100 * 1_048_576);
  });
});

describe('listening', () => {
  test('on a port that is taken is refused with a sentence that names it', async () => {
    const first = await startWireServer();
    const second = createBatchServer({
      accounts: new Map(),
      clock: new VirtualClock(NOW),
      random: seededRandom('second'),
    });
    await expect(second.listen(first.port)).rejects.toThrow(`Port ${first.port} on 127.0.0.1 is in use`);
  });
});

describe('closing', () => {
  test('lets an answer that is under way finish, and takes no new connection', async () => {
    const pending = Promise.withResolvers<ReturnType<typeof success<typeof pool>>>();
    const asked = Promise.withResolvers<void>();
    const get = () => {
      asked.resolve();
      return pending.promise;
    };
    const server = await startWireServer({ answers: { pools: { get } } });
    const answer = send(server, { path: '/pools/p' });
    await asked.promise;
    const closed = server.close();
    await expect(send(server, { path: '/pools/p' })).rejects.toThrow('ECONNREFUSED');
    pending.resolve(success(pool));
    expect((await answer).status).toBe(200);
    await closed;
    await server.close();
  });
});
