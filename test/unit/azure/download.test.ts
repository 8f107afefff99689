// Files are streams: in ranges, going on after a break, and closed with their reader.
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../support/batch-double.ts';
import { azureOn, collect, faultOf } from './azure-fixture.ts';

const CONTENT = Buffer.from('0123456789');

/** Serves CONTENT with ranges as the service does: status 200, no Content-Range (wire-facts 5.4). */
function serve({ request, response, refuse }: Exchange, breakAfter?: number): void {
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(String(request.headers['ocp-range'])) ?? [];
  const start = Number(first);
  if (start >= CONTENT.length) return refuse(416, 'InvalidRange');
  const slice = CONTENT.subarray(start, last === '' ? undefined : Number(last) + 1);
  response.writeHead(200, { 'content-type': 'text/plain' });
  if (breakAfter === undefined) return void response.end(slice);
  response.write(slice.subarray(0, breakAfter), () => response.socket?.destroy());
}

async function text(content: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await collect(content)).toString('utf8');
}

test('a whole file is asked for without a range', async () => {
  const { service, double } = await azureOn((exchange) => serve(exchange));
  expect(await text(service.files.readOfTask('j', 't', 'stdout.txt'))).toBe('0123456789');
  expect(double.requests[0]?.headers['ocp-range']).toBeUndefined();
});

test.each([
  [{ start: 2, end: 4 }, 'bytes=2-4', '234'],
  [{ start: 7 }, 'bytes=7-', '789'],
  [{ start: 0, end: 0 }, 'bytes=0-0', '0'],
])('the range %o is asked for as %s', async (range, header, expected) => {
  const { service, double } = await azureOn((exchange) => serve(exchange));
  expect(await text(service.files.readOfNode('p', 'n', 'startup/stdout.txt', { range }))).toBe(expected);
  expect(double.requests[0]?.headers['ocp-range']).toBe(header);
});

test.each([{ start: -1 }, { start: 5, end: 4 }, { start: 0.5 }])('the range %o is refused', async (range) => {
  const { service, double } = await azureOn((exchange) => serve(exchange));
  expect((await faultOf(text(service.files.readOfTask('j', 't', 'x', { range })))).fault.code).toBe('invalid');
  expect(double.requests).toEqual([]);
});

test('a range beyond the end is the service’s refusal', async () => {
  const { service } = await azureOn((exchange) => serve(exchange));
  const { fault } = await faultOf(text(service.files.readOfTask('j', 't', 'x', { range: { start: 10 } })));
  expect(fault).toMatchObject({ code: 'invalid', service: { code: 'InvalidRange', status: 416 } });
});

test('a path is one encoded segment', async () => {
  const { service, double } = await azureOn((exchange) => serve(exchange));
  await text(service.files.readOfTask('j', 't', "wd/a b 'ü'/%.txt"));
  expect(double.requests[0]?.path).toBe("/jobs/j/tasks/t/files/wd%2Fa%20b%20'%C3%BC'%2F%25.txt");
});

describe('a download that breaks', () => {
  test('goes on where it ended', async () => {
    const { service, double } = await azureOn((exchange) => serve(exchange, exchange.earlier < 3 ? 3 : undefined));
    expect(await text(service.files.readOfTask('j', 't', 'x'))).toBe('0123456789');
    const ranges = double.requests.map(({ headers }) => headers['ocp-range']);
    expect(ranges).toEqual([undefined, 'bytes=3-', 'bytes=6-', 'bytes=9-']);
  });

  test('goes on within its range', async () => {
    const { service, double } = await azureOn((exchange) => serve(exchange, exchange.earlier < 1 ? 3 : undefined));
    expect(await text(service.files.readOfTask('j', 't', 'x', { range: { start: 2, end: 6 } }))).toBe('23456');
    expect(double.requests.map(({ headers }) => headers['ocp-range'])).toEqual(['bytes=2-6', 'bytes=5-6']);
  });

  test('after the last byte is complete', async () => {
    const { service } = await azureOn((exchange) => serve(exchange, exchange.earlier < 1 ? 10 : undefined));
    expect(await text(service.files.readOfTask('j', 't', 'x'))).toBe('0123456789');
  });

  test('without ever coming forward is given up', async () => {
    const { service, double } = await azureOn((exchange) => serve(exchange, 0), { retries: { maxAttempts: 3 } });
    expect((await faultOf(text(service.files.readOfTask('j', 't', 'x')))).fault.code).toBe('unavailable');
    expect(double.requests).toHaveLength(3);
  });
});

describe('the connection of a download closes', () => {
  const endless = ({ response }: Exchange): void => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('first');
  };

  test('when the signal is aborted, and the reader is told', async () => {
    const { service, double } = await azureOn(endless);
    const abort = new AbortController();
    const read = async (): Promise<void> => {
      const content = service.files.readOfTask('j', 't', 'x', { signal: abort.signal });
      for await (const chunk of content) if (chunk.byteLength > 0) abort.abort();
    };
    expect((await faultOf(read())).fault.code).toBe('cancelled');
    await double.until(() => double.openConnections === 0);
    expect(double.openConnections).toBe(0);
  });

  test('when the reader stops early', async () => {
    const { service, double } = await azureOn(endless);
    for await (const chunk of service.files.readOfTask('j', 't', 'x')) if (chunk.byteLength > 0) break;
    await double.until(() => double.openConnections === 0);
    expect(double.openConnections).toBe(0);
  });
});

test('a reader that is slow is not taken for a silent service', async () => {
  const { service } = await azureOn(
    ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end(Buffer.alloc(4_000_000, 'x'));
    },
    { silenceMs: 20 },
  );
  let bytes = 0;
  for await (const chunk of service.files.readOfTask('j', 't', 'x')) {
    // The silence is one of a real socket, so real time has to pass.
    if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 80));
    bytes += chunk.byteLength;
  }
  expect(bytes).toBe(4_000_000);
});
