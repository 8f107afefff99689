/** One comparison of a `$filter`: a property of the resource against a literal of the property's own kind. */
import type { Instant } from '../../../core/kernel/index.ts';
import { parseTime, ticksOf } from '../codec/wire-time.ts';
import type { FilterProperty, Operator, PropertyKind } from './filter-properties.ts';
import type { Token } from './filter-tokens.ts';

interface Comparison {
  readonly name: string;
  readonly property: FilterProperty;
  readonly operator: Operator;
  readonly literal: Token;
}

type Comparable = string | number | bigint | boolean;

/** Undefined when the literal is of another kind than the property. A missing value equals nothing and is in no order. */
export function comparison({ name, property, operator, literal }: Comparison): ((item: object) => boolean) | undefined {
  const wanted = literalValue(property.kind, literal);
  if (wanted === undefined) return undefined;
  const path = (property.path ?? name).split('/');
  const accepts = acceptance(operator, wanted);
  return (item) => {
    const value = readPath(item, path);
    return value === undefined || value === null ? operator === 'ne' : accepts(comparable(property.kind, value));
  };
}

function literalValue(kind: PropertyKind, literal: Token): Comparable | undefined {
  switch (kind) {
    case 'text':
      return literal.kind === 'string' ? literal.text.toLowerCase() : undefined;
    case 'number':
      return literal.kind === 'number' ? literal.value : undefined;
    case 'boolean':
      return literal.kind === 'word' && /^(true|false)$/.test(literal.text) ? literal.text === 'true' : undefined;
    case 'serviceTime':
    case 'nodeTime':
      return literal.kind === 'time' ? parseTime(literal.text)?.ticks : undefined;
  }
}

function comparable(kind: PropertyKind, value: unknown): Comparable {
  switch (kind) {
    case 'text':
      return String(value).toLowerCase();
    case 'serviceTime':
      return ticksOf(value as Instant, 'service');
    case 'nodeTime':
      return ticksOf(value as Instant, 'other');
    case 'number':
    case 'boolean':
      return value as number | boolean;
  }
}

function acceptance(operator: Operator, wanted: Comparable): (value: Comparable) => boolean {
  switch (operator) {
    case 'eq':
      return (value) => value === wanted;
    case 'ne':
      return (value) => value !== wanted;
    case 'gt':
      return (value) => value > wanted;
    case 'ge':
      return (value) => value >= wanted;
    case 'lt':
      return (value) => value < wanted;
    case 'le':
      return (value) => value <= wanted;
    case 'startswith':
      return (value) => String(value).startsWith(String(wanted));
  }
}

function readPath(item: object, path: readonly string[]): unknown {
  let value: unknown = item;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
