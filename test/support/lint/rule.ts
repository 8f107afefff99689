// The types of an oxlint rule. oxlint keeps them out of its public names, so they are read off its rule tester.
import type { RuleTester } from 'oxlint/plugins-dev';

type AnyRule = Parameters<RuleTester['run']>[1];

/** A rule that visits the nodes of one file and reports what it finds. */
export type Rule = Exclude<AnyRule, { createOnce: unknown }>;

/** What a rule is given about the file that it looks at. */
export type RuleContext = Parameters<Rule['create']>[0];

type Visitor = ReturnType<Rule['create']>;
type VisitedBy<Handler> = Handler extends (node: infer Node) => void ? Node : never;

/** The node type that oxlint passes to the handler of that name, such as `Identifier`. */
export type NodeOf<Name extends keyof Visitor> = VisitedBy<NonNullable<Visitor[Name]>>;
