// JSON lines over streams that cut them anywhere.
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { array, assert as assertProperty, integer, nat, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { JsonLineReader, JsonLineWriter } from '../../../emulator/agent/json-lines.ts';

function read(chunks: readonly Buffer[], limit?: number) {
  const values: unknown[] = [];
  const broken: string[] = [];
  const reader = new JsonLineReader(
    { value: (value) => values.push(value), broken: (reason) => broken.push(reason) },
    limit,
  );
  for (const chunk of chunks) reader.push(chunk);
  return { values, broken };
}

test('values arrive whole however the stream is cut', () => {
  const value = record({ text: string({ unit: 'grapheme' }), list: array(integer()) });
  assertProperty(
    property(array(value), array(nat(40)), (values, cuts) => {
      const bytes = Buffer.from(values.map((each) => `${JSON.stringify(each)}\n`).join(''));
      const chunks: Buffer[] = [];
      let start = 0;
      for (const cut of cuts) {
        chunks.push(bytes.subarray(start, start + cut));
        start += cut;
      }
      chunks.push(bytes.subarray(start));
      expect(read(chunks)).toEqual({ values, broken: [] });
    }),
  );
});

test('a broken line, an empty line and a cut last line do not disturb the others', () => {
  const { values, broken } = read([Buffer.from('{"a":1}\n{"b":\n\n  \r\n{"c":3}\n{"d"')]);
  expect(values).toEqual([{ a: 1 }, { c: 3 }]);
  expect(broken).toEqual([expect.stringContaining('not JSON')]);
});

test('a line longer than the limit is skipped to its end and never kept', () => {
  const { values, broken } = read([Buffer.alloc(30, 'x'), Buffer.alloc(30, 'x'), Buffer.from('\n[1]\n')], 40);
  expect(values).toEqual([[1]]);
  expect(broken).toEqual(['a line longer than 40 bytes']);
});

test('what is said in one turn is one write', async () => {
  const stream = new PassThrough();
  const writes: string[] = [];
  stream.on('data', (chunk: Buffer) => writes.push(chunk.toString()));
  const writer = new JsonLineWriter(stream);
  writer.send({ a: 1 });
  writer.send({ b: 2 });
  await new Promise((done) => setImmediate(done));
  await new Promise<void>((done) => writer.flush(done));
  expect(writes).toEqual(['{"a":1}\n{"b":2}\n']);
});

test('a reader that does not read shows as congestion', async () => {
  const stream = new PassThrough({ highWaterMark: 10 });
  const writer = new JsonLineWriter(stream);
  writer.send({ a: 'long enough to fill it' });
  writer.flush();
  expect(writer.isCongested).toBe(true);
  stream.end();
  expect(await text(stream)).toContain('long enough');
});
