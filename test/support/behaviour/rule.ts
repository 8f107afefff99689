/** The rules of the service's behaviour, as data: which tests hold each, or why the emulator does not follow it. */

/** A test by its file, relative to `test/`, and its title as it is written there. The title cites the rule's section. */
export interface TestReference {
  readonly file: string;
  readonly title: string;
}

export type Rule =
  | {
      readonly rule: string;
      readonly tests: readonly TestReference[];
      /** Carried out by the agent on a node: one of the tests runs on real processes or containers. */
      readonly isAgents?: true;
    }
  | { readonly rule: string; readonly exception: string };

/** A section of batch-semantics: `2.7`, or `4` where it has no parts. */
export interface Section {
  readonly number: string;
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** `tested('A rule in one sentence.', ['simulation/tasks.test.ts', 'title (batch-semantics 2.7)'])`, with as many tests as hold it. */
export function tested(rule: string, ...tests: readonly (readonly [file: string, title: string])[]): Rule {
  return { rule, tests: tests.map(([file, title]) => ({ file, title })) };
}

/** As `tested`, of a rule that the agent carries out. */
export function testedOnNodes(rule: string, ...tests: readonly (readonly [file: string, title: string])[]): Rule {
  return { ...tested(rule, ...tests), isAgents: true };
}

/** A rule that is not followed, and why: a sentence for the coverage page. */
export function notSimulated(rule: string, exception: string): Rule {
  return { rule, exception };
}
