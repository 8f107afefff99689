// Forbids ambient time, randomness and process state. Core and the engine take them as ports (design, decision 2), or a
// run could not be replayed from its seed and virtual time would leak into real time.
import type { NodeOf, Rule, RuleContext } from './rule.ts';

const remedies = {
  time: 'take the time from the Clock port',
  timer: 'arm a timer on the Clock port',
  random: 'draw from a named stream of the random port',
  id: 'take the id from the ids port',
  process: 'take what the process knows as a parameter',
} as const;

type Kind = keyof typeof remedies;

/** Names that are forbidden wherever they are used as a value or a type. */
const forbiddenNames = new Map<string, Kind>([
  ['randomUUID', 'id'],
  ['setTimeout', 'timer'],
  ['setInterval', 'timer'],
  ['setImmediate', 'timer'],
  ['performance', 'time'],
  ['process', 'process'],
]);

/** Members that are forbidden on an object which is itself allowed, or which deserves a better remedy. */
const forbiddenMembers = new Map<string, Kind>([
  ['Date.now', 'time'],
  ['Math.random', 'random'],
  ['crypto.randomUUID', 'id'],
  ['crypto.getRandomValues', 'random'],
  ['globalThis.setTimeout', 'timer'],
  ['globalThis.setInterval', 'timer'],
  ['globalThis.setImmediate', 'timer'],
  ['globalThis.performance', 'time'],
  ['globalThis.process', 'process'],
]);

type Located = Parameters<RuleContext['report']>[0] extends { node?: infer Node } ? Node : never;

export const noAmbient: Rule = {
  meta: { type: 'problem', docs: { description: 'Forbid ambient time, randomness and process state' } },
  create(context) {
    function report(node: NonNullable<Located>, name: string, kind: Kind): void {
      context.report({ node, message: `${name} makes this layer depend on the moment it runs: ${remedies[kind]}.` });
    }
    return {
      Identifier(node) {
        const kind = forbiddenNames.get(node.name);
        if (kind !== undefined && !isPropertyName(node) && !isImportedAs(node)) report(node, node.name, kind);
      },
      MemberExpression(node) {
        const name = memberName(node);
        const kind = forbiddenMembers.get(name ?? '');
        if (name !== undefined && kind !== undefined) report(node, name, kind);
      },
      NewExpression(node) {
        if (isDate(node.callee) && node.arguments.length === 0) report(node, 'new Date()', 'time');
      },
      CallExpression(node) {
        if (isDate(node.callee)) report(node, 'Date()', 'time');
      },
    };
  },
};

/** True when the identifier only names a member: `clock.setTimeout`, `{ process: 1 }`, `interface T { setTimeout(): void }`. */
function isPropertyName(node: NodeOf<'Identifier'>): boolean {
  const parent = node.parent;
  if ('computed' in parent && parent.computed) return false;
  const isMember = parent.type === 'MemberExpression' && parent.property === node;
  const isKey = 'key' in parent && parent.key === node;
  return isMember || isKey;
}

/** True for the local half of an import: `{ randomUUID }` is two identifiers, and the imported one is reported. */
function isImportedAs(node: NodeOf<'Identifier'>): boolean {
  return node.parent.type === 'ImportSpecifier' && node.parent.local === node;
}

/** `Date.now` for both `Date.now` and `Date['now']`, undefined for what is not that simple. */
function memberName(node: NodeOf<'MemberExpression'>): string | undefined {
  if (node.object.type !== 'Identifier') return undefined;
  if (!node.computed) return `${node.object.name}.${node.property.type === 'Identifier' ? node.property.name : ''}`;
  if (node.property.type !== 'Literal' || typeof node.property.value !== 'string') return undefined;
  return `${node.object.name}.${node.property.value}`;
}

function isDate(callee: { type: string; name?: unknown }): boolean {
  return callee.type === 'Identifier' && callee.name === 'Date';
}
