// The frames of an attached container, however they are cut.
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { separate } from '../../../adapters/docker/container/attached-stream.ts';

function frame(kind: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  return text;
}

describe('an attached stream', () => {
  test.each([1, 3, 8, 9, 1_000])('is taken apart when it comes in pieces of %i bytes', async (size) => {
    const bytes = Buffer.concat([frame(1, 'first '), frame(2, 'oops'), frame(1, ''), frame(1, 'second')]);
    const stream = new PassThrough();
    const { stdout, stderr } = separate(stream);
    for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
    stream.end();
    expect(await Promise.all([textOf(stdout), textOf(stderr)])).toEqual(['first second', 'oops']);
  });

  test('a reader that does not read stops the stream, and one that reads goes on', async () => {
    const stream = new PassThrough();
    const { stdout } = separate(stream);
    const text = 'x'.repeat(1_000_000);
    stream.write(frame(1, text));
    await expect.poll(() => stream.isPaused()).toBe(true);
    stream.end();
    expect(await textOf(stdout)).toHaveLength(text.length);
  });

  test('standard error that nobody reads does not hold up standard output', async () => {
    const stream = new PassThrough();
    const { stdout } = separate(stream);
    stream.write(frame(2, 'e'.repeat(1_000_000)));
    stream.end(frame(1, 'out'));
    expect(await textOf(stdout)).toBe('out');
  });

  test('a connection that breaks ends both', async () => {
    const stream = new PassThrough();
    const { stdout, stderr } = separate(stream);
    stream.write(frame(1, 'begun'));
    const texts = Promise.all([textOf(stdout), textOf(stderr)]);
    stream.destroy(new Error('broken'));
    expect(await texts).toEqual(['begun', '']);
  });
});
