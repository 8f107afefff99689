// Every rule of sections 2 to 11 of batch-semantics is a test that names it, or a line that says why not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { behaviourPage } from '../support/behaviour/page.ts';
import type { Rule } from '../support/behaviour/rule.ts';
import { sections } from '../support/behaviour/sections.ts';

const root = join(import.meta.dirname, '..');

/** Suites whose runs are processes or containers. */
const ON_NODES = /^(contract|wire|clients|e2e|docker)\//;

const expected =
  '2.1 2.2 2.3 2.4 2.5 2.6 2.7 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 4 5.1 5.2 5.3 6 7 8 9.1 9.2 9.3 ' +
  '10.1 10.2 10.3 10.4 10.5 10.6 11.1 11.2 11.3 11.4 11.5 11.6 11.7 11.8';

describe('the rules of the service', () => {
  test('are those of sections 2 to 11, and none is empty', () => {
    expect(sections.map(({ number }) => number).join(' ')).toBe(expected);
    expect(sections.filter(({ rules }) => rules.length === 0).map(({ number }) => number)).toEqual([]);
  });

  test('are each written once', () => {
    const rules = sections.flatMap((section) => section.rules.map(({ rule }) => rule));
    expect(rules.filter((rule, index) => rules.indexOf(rule) !== index)).toEqual([]);
  });

  test.for(sections)('of section $number are held by tests that exist and cite it', ({ number, rules }) => {
    expect(rules.flatMap((rule) => problemsOf(rule, number))).toEqual([]);
  });

  test('are on a page that is up to date (npm run coverage makes it anew)', () => {
    expect(readFileSync(join(root, '../docs/behaviour.md'), 'utf8')).toBe(behaviourPage());
  });
});

/** What is wrong with a rule's evidence, in sentences. */
function problemsOf(rule: Rule, section: string): readonly string[] {
  if ('exception' in rule) {
    return /^[A-Z].*\.$/.test(rule.exception) ? [] : [`"${rule.rule}" needs a reason that is a sentence.`];
  }
  const problems = rule.tests.flatMap(({ file, title }) => [
    ...(titlesOf(file).has(title) ? [] : [`${file} has no test "${title}".`]),
    ...(sectionsCited(title).includes(section) ? [] : [`"${title}" does not cite ${section}.`]),
  ]);
  if (rule.tests.length === 0) problems.push(`"${rule.rule}" has no test.`);
  const isOnNode = rule.tests.some(({ file }) => ON_NODES.test(file));
  if (rule.isAgents === true && !isOnNode) problems.push(`"${rule.rule}" has no test on a real node.`);
  return problems;
}

const known = new Map<string, ReadonlySet<string>>();

/** Titles of the tests that a file defines, as they are written. */
function titlesOf(file: string): ReadonlySet<string> {
  const cached = known.get(file);
  if (cached !== undefined) return cached;
  const source = readFileSync(join(root, file), 'utf8');
  const literals = source.matchAll(/\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g);
  const titles = new Set([...literals].map(([, a, b, c]) => (a ?? b ?? c ?? '').replaceAll(/\\(.)/g, '$1')));
  known.set(file, titles);
  return titles;
}

/** The numbers in "(batch-semantics 2.7, 3.2; wire-facts 1.8)" that are of batch-semantics. */
function sectionsCited(title: string): readonly string[] {
  const [, cited = ''] = /batch-semantics ([\d., and]+)/.exec(title) ?? [];
  return cited.match(/\d+(?:\.\d+)?/g) ?? [];
}
