// Files of tasks and nodes on the wire: headers, ranges, names, and paths that try to leave (wire-facts 5).
import { describe, expect, test } from 'vitest';
import { success } from '../../core/kernel/index.ts';
import { memoryFiles } from './support/memory-files.ts';
import { API_VERSION, NOW, send, startWireServer } from './support/wire-server.ts';

const HTTP_DATE = 'Tue, 01 Jan 2030 00:00:00 GMT';
const tree = {
  'secret.txt': 'not for tasks',
  'workitems/': '',
  'workitems/j/': '',
  'workitems/j/job-1/': '',
  'workitems/j/job-1/t/': '',
  'workitems/j/job-1/t/stdout.txt': 'hello',
  'workitems/j/job-1/t/empty.txt': '',
  'workitems/j/job-1/t/wd/': '',
  'workitems/j/job-1/t/wd/a b.txt': 'blank',
  'workitems/j/job-1/t/wd/data.bin': '\u0001',
};

const ofTask = () => Promise.resolve(success({ poolId: 'p', nodeId: 'n', directory: 'workitems/j/job-1/t' }));
const ofNode = () => Promise.resolve(success({ poolId: 'p', nodeId: 'n', directory: '' }));
const start = () => startWireServer({ answers: { files: { ofTask, ofNode } }, files: memoryFiles(tree, NOW) });

describe('a list of files', () => {
  test("of a task has names relative to the task's directory, sizes as strings, and directories without properties", async () => {
    const server = await start();
    const { body } = await send(server, { path: `/jobs/j/tasks/t/files?recursive=true&api-version=${API_VERSION}` });
    const files = `${server.url}/jobs/j/tasks/t/files`;
    const properties = (contentLength: string, contentType: string) => ({
      lastModified: '2030-01-01T00:00:00.123457Z',
      contentLength,
      contentType,
      fileMode: '0o100644',
    });
    expect(JSON.parse(body)).toEqual({
      'odata.metadata': `${server.url}/$metadata#files`,
      value: [
        {
          name: 'stdout.txt',
          url: `${files}/stdout.txt`,
          isDirectory: false,
          properties: properties('5', 'text/plain'),
        },
        { name: 'empty.txt', url: `${files}/empty.txt`, isDirectory: false, properties: properties('0', 'text/plain') },
        { name: 'wd', url: `${files}/wd`, isDirectory: true },
        {
          name: 'wd/a b.txt',
          url: `${files}/wd/a%20b.txt`,
          isDirectory: false,
          properties: properties('5', 'text/plain'),
        },
        {
          name: 'wd/data.bin',
          url: `${files}/wd/data.bin`,
          isDirectory: false,
          properties: properties('1', 'application/octet-stream'),
        },
      ],
    });
  });

  test('of a node starts at its root and does not descend unless asked (batch-semantics 10.1)', async () => {
    const server = await start();
    const { body } = await send(server, { path: '/pools/p/nodes/n/files' });
    const names = (JSON.parse(body) as { value: { name: string }[] }).value.map(({ name }) => name);
    expect(names).toEqual(['secret.txt', 'workitems']);
  });

  test('is filtered by how names start, and paged', async () => {
    const server = await start();
    const query = `recursive=true&$filter=${encodeURIComponent("startswith(name,'wd')")}&maxresults=2&api-version=${API_VERSION}`;
    const first = await send(server, { path: `/jobs/j/tasks/t/files?${query}` });
    const page = JSON.parse(first.body) as { value: { name: string }[]; 'odata.nextLink': string };
    expect(page.value.map(({ name }) => name)).toEqual(['wd', 'wd/a b.txt']);
    const second = await send(server, { path: page['odata.nextLink'].slice(server.url.length) });
    expect((JSON.parse(second.body) as { value: { name: string }[] }).value.map(({ name }) => name)).toEqual([
      'wd/data.bin',
    ]);
  });
});

describe('the content of a file', () => {
  test('comes chunked, with what is known of the file in headers', async () => {
    const server = await start();
    const answer = await send(server, { path: '/jobs/j/tasks/t/files/stdout.txt' });
    expect([answer.status, answer.body]).toEqual([200, 'hello']);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'transfer-encoding': 'chunked',
      'last-modified': HTTP_DATE,
      'ocp-batch-file-isdirectory': 'False',
      'ocp-batch-file-mode': '0o100644',
      'ocp-batch-file-url': encodeURIComponent(`${server.url}/jobs/j/tasks/t/files/stdout.txt`).replaceAll(
        /%../g,
        (escape) => escape.toLowerCase(),
      ),
    });
    expect(answer.headers['etag']).toBeUndefined();
    expect(answer.headers['content-length']).toBeUndefined();
  });

  test('that is empty is an empty answer', async () => {
    const server = await start();
    const answer = await send(server, { path: '/jobs/j/tasks/t/files/empty.txt' });
    expect([answer.status, answer.body]).toEqual([200, '']);
  });

  test.each([
    ['bytes=1-2', 200, 'el'],
    ['bytes=3-', 200, 'lo'],
    ['bytes=4-400', 200, 'o'],
    ['bytes=5-', 416, 'InvalidRange'],
    ['bytes=2-1', 400, 'InvalidHeaderValue'],
    ['lines=1-2', 400, 'InvalidHeaderValue'],
    ['bytes=-2', 400, 'InvalidHeaderValue'],
  ])('in the range %s is answered %d', async (range, status, content) => {
    const server = await start();
    const answer = await send(server, { path: '/jobs/j/tasks/t/files/stdout.txt', headers: { 'ocp-range': range } });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(content);
    expect(answer.headers['content-range']).toBeUndefined();
  });

  test.each(['wd%2Fa%20b.txt', 'wd/a%20b.txt', 'wd%5Ca%20b.txt', 'wd/./a%20b.txt'])(
    'is found with its path written %s',
    async (path) => {
      const server = await start();
      expect((await send(server, { path: `/jobs/j/tasks/t/files/${path}` })).body).toBe('blank');
    },
  );

  test.each([
    '../../../../secret.txt',
    '..%2F..%2F..%2F..%2Fsecret.txt',
    '..%5C..%5C..%5C..%5Csecret.txt',
    'wd/../stdout.txt',
    '%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret.txt',
    'wd%00.txt',
    'stdout.txt%00',
    '%2F',
    'wd',
    'nothing',
  ])('is not found as %s', async (path) => {
    const server = await start();
    const answer = await send(server, { path: `/jobs/j/tasks/t/files/${path}` });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('"code":"FileNotFound"');
  });

  test('is decoded once: an escaped escape is part of the name', async () => {
    const server = await start();
    expect((await send(server, { path: '/jobs/j/tasks/t/files/wd%252Fa%2520b.txt' })).status).toBe(404);
  });

  test('is sent only when it changed, if that is what the client asks', async () => {
    const server = await start();
    const path = '/jobs/j/tasks/t/files/stdout.txt';
    const unchanged = await send(server, { path, headers: { 'if-modified-since': HTTP_DATE } });
    expect([unchanged.status, unchanged.body]).toEqual([304, '']);
    const earlier = { 'if-unmodified-since': 'Mon, 31 Dec 2029 23:59:59 GMT' };
    expect((await send(server, { path, headers: earlier })).status).toBe(412);
  });
});

describe('HEAD of a file', () => {
  test('tells its real length', async () => {
    const server = await start();
    const answer = await send(server, { method: 'HEAD', path: '/jobs/j/tasks/t/files/stdout.txt' });
    expect([answer.status, answer.headers['content-length'], answer.body]).toEqual([200, '5', '']);
  });

  test('of a directory says that it is one', async () => {
    const server = await start();
    const answer = await send(server, { method: 'HEAD', path: '/jobs/j/tasks/t/files/wd' });
    expect([answer.status, answer.headers['ocp-batch-file-isdirectory']]).toEqual([200, 'True']);
  });

  test('that is missing is 404 without a body', async () => {
    const server = await start();
    const answer = await send(server, { method: 'HEAD', path: '/jobs/j/tasks/t/files/none' });
    expect([answer.status, answer.body, answer.headers['content-type']]).toEqual([404, '', undefined]);
  });
});

describe('deleting a file', () => {
  test('takes a directory with content only when it is recursive (batch-semantics 10.1)', async () => {
    const server = await start();
    const path = '/jobs/j/tasks/t/files/wd';
    expect((await send(server, { method: 'DELETE', path })).status).toBe(409);
    const recursive = `${path}?recursive=true&api-version=${API_VERSION}`;
    expect((await send(server, { method: 'DELETE', path: recursive })).status).toBe(200);
    expect((await send(server, { method: 'DELETE', path: recursive })).status).toBe(404);
  });
});

test('a client that goes away in the middle of a file leaves the server whole', async () => {
  let isClosed = false;
  const files = {
    ...memoryFiles(tree, NOW),
    read: async function* () {
      try {
        for (;;) yield await Promise.resolve(Buffer.alloc(65_536));
      } finally {
        isClosed = true;
      }
    },
  };
  const failures: unknown[] = [];
  const log = {
    request: () => undefined,
    warn: () => undefined,
    failure: (_text: string, error: unknown) => failures.push(error),
  };
  const server = await startWireServer({ answers: { files: { ofTask, ofNode } }, files, log });
  const answer = send(server, { path: '/jobs/j/tasks/t/files/stdout.txt', abortAfter: 200_000 });
  await expect(answer).rejects.toThrow(/aborted|hang up/);
  await expect.poll(() => isClosed).toBe(true);
  expect(failures).toEqual([]);
});
