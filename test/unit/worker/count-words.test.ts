// What is a word, what is not, and that the counts do not depend on how the file is cut into pieces.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert as assertProperty, constantFrom, integer, property } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countWords, longestWord, wordCounter } from '../../../worker/count-words.ts';
import { outputName, outputText, topWords } from '../../../worker/output.ts';

const folder = { path: '' };
beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), 'batchrite-worker-'));
});
afterAll(() => rm(folder.path, { recursive: true, force: true }));

/** The same counts by another way: one expression over the whole text, and an array instead of a map. */
function independentCount(text: string): [string, number][] {
  const punctuation = String.raw`[!-/:-@\[-\`{-~]+`;
  const edges = new RegExp(`^${punctuation}|${punctuation}$`, 'g');
  const words = (text.match(/\S+/g) ?? []).map((word) => word.replaceAll(edges, '')).filter((word) => word !== '');
  const counts: [string, number][] = [];
  for (const word of words) {
    const known = counts.find(([other]) => other === word);
    if (known === undefined) counts.push([word, 1]);
    else known[1] += 1;
  }
  return counts;
}

function countOf(...pieces: string[]): [string, number][] {
  const counter = wordCounter({ ignoreCase: false });
  for (const piece of pieces) counter.add(piece);
  return [...counter.end()];
}

describe('words', () => {
  test('are separated by any white space, also the one that is not ASCII', () => {
    expect(countOf('one\ttwo\r\nthree\u00a0four\u2003five\ufeffsix').map(([word]) => word)).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
      'six',
    ]);
  });

  test('lose ASCII punctuation at both ends and keep it inside', () => {
    expect(countOf(`"(don't)," well-known... «é»`)).toEqual([
      ["don't", 1],
      ['well-known', 1],
      ['«é»', 1],
    ]);
  });

  test('are nothing when only punctuation is left', () => {
    expect(countOf(' -- ... !')).toEqual([]);
    expect(countOf('')).toEqual([]);
  });

  test('keep their case unless it is to be ignored', () => {
    expect(countOf('The the THE')).toHaveLength(3);
    const counter = wordCounter({ ignoreCase: true });
    counter.add('The the THE Ärger ärger');
    expect([...counter.end()]).toEqual([
      ['the', 3],
      ['ärger', 2],
    ]);
  });

  test('longer than the limit count under their first characters', () => {
    const long = 'x'.repeat(longestWord + 10);
    expect(countOf(long, `yy ${long}`)).toEqual([['x'.repeat(longestWord), 2]]);
  });

  test('are counted alike however the text is cut', () => {
    const letters = constantFrom('a', 'B', 'é', '語', '😀', ' ', '\n', '.', "'", '-');
    assertProperty(
      property(array(letters, { maxLength: 60 }), integer({ min: 1, max: 7 }), (characters, step) => {
        const text = characters.join('');
        const pieces: string[] = [];
        for (let index = 0; index < text.length; index += step) pieces.push(text.slice(index, index + step));
        expect(countOf(...pieces)).toEqual(independentCount(text));
      }),
    );
  });

  test('are counted right in a file whose characters lie across the borders of what is read at a time', async () => {
    // 262,144 bytes are read at a time; words of 3-byte characters, shifted by one, cannot all end there.
    const text = `x${'日本 語。 don\u2019t '.repeat(40_000)}`;
    const path = join(folder.path, 'borders.txt');
    await writeFile(path, text);
    expect([...(await countWords(path, { ignoreCase: false }))]).toEqual(independentCount(text));
  });
});

describe('the output', () => {
  test('puts the most frequent words first and keeps the order of appearance among equals', () => {
    const counts = new Map(countOf('b a c a b d'));
    expect(topWords(counts, 3)).toEqual([
      ['b', 2],
      ['a', 2],
      ['c', 1],
    ]);
  });

  test('has a head, the words, and where they were counted', () => {
    const environment = {
      AZ_BATCH_NODE_ID: 'tvm-1',
      AZ_BATCH_TASK_ID: 'topNtask0',
      AZ_BATCH_JOB_ID: 'job-1',
      AZ_BATCH_POOL_ID: 'pool-1',
    };
    const lines = outputText(new Map([['word', 2]]), 5, environment).split('\n');
    expect(lines.filter((line) => !line.startsWith('---'))).toEqual([
      'Word\tCount',
      'word:\t2',
      'Node: tvm-1',
      'Task: topNtask0',
      'Job: job-1',
      'Pool: pool-1',
      '',
    ]);
    expect(lines.filter((line) => line.startsWith('---'))).toHaveLength(2);
  });

  test.each([
    ['taskdata1.txt', 'taskdata1_OUTPUT.txt'],
    ['no extension', 'no extension_OUTPUT'],
    ['.hidden', '.hidden_OUTPUT'],
    ['a.tar.gz', 'a.tar_OUTPUT.gz'],
  ])('of %s is called %s', (input, output) => {
    expect(outputName(input)).toBe(output);
  });
});
