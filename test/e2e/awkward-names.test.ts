// A folder of 200 files whose names mean something to a shell, a URL, a SAS, Batch's variables or an option parser.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox, nothing } from '../support/sandbox.ts';
import type { Sandbox } from '../support/sandbox.ts';
import { parseOutput } from '../support/word-count.ts';

/** Stems; each becomes `{stem}.txt`. */
const awkward = [
  'with space',
  ' leading space',
  'trailing space ',
  'tab\tinside',
  'line\nbreak',
  "it's",
  'dou"ble',
  "'''",
  '"""',
  '`id`',
  '$(id)',
  '$HOME',
  '${PATH}',
  '$AZ_BATCH_NODE_ID',
  '%AZ_BATCH_NODE_ID%',
  'back\\slash',
  'ends with back\\',
  'a;b',
  'a&b|c>d<e',
  '!bang',
  '~tilde',
  '*?[a-z]{1,2}',
  '(round)',
  '#hash',
  'per%cent',
  'per%20cent',
  '%2e%2e%2f',
  'q?uery=1&sig=x',
  'a+b',
  'a:b@c,d=e',
  '-',
  '-n',
  '--numwords=9',
  '..',
  '.hidden',
  'dots.in.the.name',
  '&amp;<xml>',
  'ünïcödé ☃ 日本語',
  'e\u0301 combining',
  'עברית',
  '😀',
  'x'.repeat(240),
  'ü'.repeat(120),
];

interface Text {
  readonly name: string;
  readonly content: string;
  /** The three most frequent words, known by construction. */
  readonly lines: readonly string[];
}

/** A text whose counts are its number's, so that no two outputs can be taken for each other. */
function textOf(name: string, number: number): Text {
  const counts: readonly (readonly [word: string, count: number])[] = [
    [`word${number}`, number + 4],
    ['δέλτα', 3],
    ['Third', 2],
    ['rare', 1],
  ];
  const rounds = Array.from({ length: number + 4 }, (_, round) =>
    counts.flatMap(([word, count]) => (round < count ? [round % 2 === 0 ? word : `"${word}",`] : [])).join(' '),
  );
  const lines = counts.slice(0, 3).map(([word, count]) => `${word}:\t${count}`);
  return { name, content: `${rounds.join('\n')} -- \n`, lines };
}

async function writeTexts(sandbox: Sandbox): Promise<readonly Text[]> {
  const stems = [...awkward, ...Array.from({ length: 198 - awkward.length }, (_, index) => `file ${index} "q" 'é' $x`)];
  const names = [...stems.map((stem) => `${stem}.txt`), 'no extension', '.dot file'];
  const texts = names.map(textOf);
  for (const { name, content } of texts) await sandbox.write(join('texts', name), content);
  return texts;
}

describe('200 files with awkward names', () => {
  test('are all counted right, and progress is shown', async () => {
    const sandbox = await createSandbox();
    const texts = await writeTexts(sandbox);
    expect(await readdir(join(sandbox.folder, 'texts'))).toHaveLength(200);

    const args = ['run', 'top-words', '--runtime', 'process', '--input', 'texts', '--nodes', '4', '--json'];
    const { code, stdout, stderr } = await sandbox.run(args);
    expect(code, `${stdout.slice(-3_000)}${stderr}`).toBe(0);

    expect(await readdir(join(sandbox.folder, 'output'))).toHaveLength(200);
    const outputs = await Promise.all(texts.map(async ({ name }) => [name, await outputOf(sandbox, name)] as const));
    expect(outputs).toEqual(texts.map(({ name, lines }) => [name, lines]));

    const details = stdout.split('\n').flatMap((line) => (line === '' ? [] : [detailOf(line)]));
    expect(details).toContainEqual(expect.stringMatching(/^[1-9]\d{0,2} of 200 files, /));
    expect(details).toContainEqual(expect.stringMatching(/^[1-9]\d{0,2} of 200 completed, /));
    expect(await sandbox.leftovers()).toEqual(nothing);
  });

  test('two inputs of the same name are refused in a sentence that names both', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('a/same.txt', 'x');
    await sandbox.write('b/same.txt', 'y');
    const { code, stderr } = await sandbox.run(['run', 'top-words', '--runtime', 'process', '--input', 'a', 'b']);
    const paths = ['a', 'b'].map((folder) => join(sandbox.folder, folder, 'same.txt'));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `Error: Two input files are called same.txt: ${paths.join(' and ')}. Rename one of them.\n`,
    });
    expect(await sandbox.leftovers()).toEqual(nothing);
  });
});

/** `{stem}_OUTPUT{extension}`; a dot at the beginning starts no extension. */
async function outputOf(sandbox: Sandbox, name: string): Promise<readonly string[]> {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return parseOutput(await sandbox.read(join('output', `${stem}_OUTPUT${extension}`))).lines;
}

function detailOf(line: string): string {
  return (JSON.parse(line) as { readonly detail?: string }).detail ?? '';
}
