/** The text of docs/behaviour.md: each rule with the tests that hold it, or the reason why it is not followed. */
import { tableRow } from '../markdown.ts';
import type { Rule, Section } from './rule.ts';
import { sections } from './sections.ts';

export function behaviourPage(): string {
  const rules = sections.flatMap((section) => section.rules);
  const excepted = rules.filter((rule) => 'exception' in rule).length;
  return [
    '# Behaviour',
    '',
    'Made by `npm run coverage`; a test fails when it is stale.',
    '',
    `What the Batch service and its node agent do, rule by rule: ${rules.length - excepted} rules, each held by the tests that its line names, ` +
      `and ${excepted} that the emulator does not follow, each with the reason. The numbers are those that the tests cite.`,
    '',
    '## What is not followed',
    '',
    ...exceptionTable(sections),
    ...sections.flatMap((section) => ['', `## ${section.number} ${section.title}`, '', ...sectionTable(section)]),
    '',
  ].join('\n');
}

/** For the coverage page, too. */
export function exceptionTable(all: readonly Section[] = sections): readonly string[] {
  const rows = all.flatMap(({ number, rules }) =>
    rules.flatMap((rule) => ('exception' in rule ? [tableRow([number, rule.rule, rule.exception])] : [])),
  );
  return ['| Section | Rule | Why not |', '|---|---|---|', ...rows];
}

function sectionTable({ rules }: Section): readonly string[] {
  return ['| Rule | Held by |', '|---|---|', ...rules.map((rule) => tableRow([rule.rule, evidence(rule)]))];
}

function evidence(rule: Rule): string {
  if ('exception' in rule) return `Not followed: ${rule.exception}`;
  return rule.tests.map(({ file, title }) => `\`${file}\`: ${title}`).join('<br>');
}
