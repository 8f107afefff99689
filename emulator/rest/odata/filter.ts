/**
 * Turns a `$filter` into a predicate over the engine's resources: `prop op literal`, `startswith(prop,'x')`, `and`,
 * `or` and parentheses (wire-facts 1.14). Names are case-sensitive, texts are compared without case.
 */
import type { Outcome } from '../../../core/kernel/index.ts';
import { refusal, success } from '../../../core/kernel/index.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { invalidQuery } from '../errors/wire-fault.ts';
import type { FilterName } from '../operations/operation-spec.ts';
import { comparison } from './filter-comparison.ts';
import type { Operator } from './filter-properties.ts';
import { filterProperties } from './filter-properties.ts';
import type { Token } from './filter-tokens.ts';
import { tokenize } from './filter-tokens.ts';

export type Predicate = (item: object) => boolean;

const MAX_DEPTH = 50;
const OPERATORS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

/** Thrown inside this file alone, to leave the recursion. */
class FilterProblem extends Error {}

export function parseFilter(text: string, list: FilterName): Outcome<Predicate, WireFault> {
  const tokens = tokenize(text);
  if (tokens === undefined)
    return refusal(invalidQuery('$filter', text, 'The filter holds a character that is not expected.'));
  try {
    const parser = new FilterParser(tokens, list);
    return success(parser.parseAll());
  } catch (problem) {
    if (!(problem instanceof FilterProblem)) throw problem;
    return refusal(invalidQuery('$filter', text, problem.message));
  }
}

class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #list: FilterName;
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], list: FilterName) {
    this.#tokens = tokens;
    this.#list = list;
  }

  parseAll(): Predicate {
    const predicate = this.#any();
    if (this.#position < this.#tokens.length) throw this.#unexpected('the end of the filter');
    return predicate;
  }

  #any(): Predicate {
    const alternatives = [this.#every()];
    while (this.#takeWord('or')) alternatives.push(this.#every());
    const [only] = alternatives;
    if (alternatives.length === 1 && only !== undefined) return only;
    return (item) => alternatives.some((predicate) => predicate(item));
  }

  #every(): Predicate {
    const conditions = [this.#condition()];
    while (this.#takeWord('and')) conditions.push(this.#condition());
    const [only] = conditions;
    if (conditions.length === 1 && only !== undefined) return only;
    return (item) => conditions.every((predicate) => predicate(item));
  }

  #condition(): Predicate {
    if (this.#takeMark('(')) {
      this.#depth += 1;
      if (this.#depth > MAX_DEPTH) throw new FilterProblem(`The filter has more than ${MAX_DEPTH} nested parentheses.`);
      const inner = this.#any();
      this.#expectMark(')');
      this.#depth -= 1;
      return inner;
    }
    const name = this.#expectWord('a property name');
    if (name === 'startswith' && this.#takeMark('(')) {
      const property = this.#expectWord('a property name');
      this.#expectMark(',');
      const literal = this.#next();
      this.#expectMark(')');
      return this.#compare(property, 'startswith', literal);
    }
    const operator = this.#expectWord('an operator');
    if (!OPERATORS.has(operator)) throw new FilterProblem(`'${operator}' is not an operator of a filter.`);
    return this.#compare(name, operator as Operator, this.#next());
  }

  #compare(name: string, operator: Operator, literal: Token | undefined): Predicate {
    const property = filterProperties[this.#list][name];
    if (property === undefined)
      throw new FilterProblem(`The property '${name}' cannot be used in a filter of this list.`);
    if (!property.operators.includes(operator)) {
      throw new FilterProblem(`The operator '${operator}' is not supported for the property '${name}'.`);
    }
    const predicate = literal === undefined ? undefined : comparison({ name, property, operator, literal });
    if (predicate === undefined) throw new FilterProblem(`The property '${name}' needs a literal of its own type.`);
    return predicate;
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#position];
    this.#position += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    return this.#takeIf((token) => token.kind === 'word' && token.text === word);
  }

  #takeMark(mark: string): boolean {
    return this.#takeIf((token) => token.kind === 'mark' && token.text === mark);
  }

  #takeIf(isWanted: (token: Token) => boolean): boolean {
    const token = this.#tokens[this.#position];
    const taken = token !== undefined && isWanted(token);
    if (taken) this.#position += 1;
    return taken;
  }

  #expectMark(mark: string): void {
    if (!this.#takeMark(mark)) throw this.#unexpected(`'${mark}'`);
  }

  #expectWord(what: string): string {
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'word') throw this.#unexpected(what);
    this.#position += 1;
    return token.text;
  }

  #unexpected(wanted: string): FilterProblem {
    const token = this.#tokens[this.#position];
    const found = token === undefined ? 'it ends' : `'${token.kind === 'number' ? token.value : token.text}' was found`;
    return new FilterProblem(`Syntax error in the filter: ${wanted} was expected, but ${found}.`);
  }
}
