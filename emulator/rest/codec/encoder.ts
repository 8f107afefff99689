/**
 * Writes resources as the service does: members in the recorded order, its enum spelling, and its odd whitespace
 * (wire-facts 1.9), straight from the resource to text. Encoders are compiled from the mappers once.
 */
import type { Instant, Milliseconds } from '../../../core/kernel/index.ts';
import { formatIsoDuration } from '../../../core/kernel/index.ts';
import type { Members, ViewContext } from './computed-members.ts';
import { computedMembers } from './computed-members.ts';
import type { WireMember, WireType } from './mapper-model.ts';
import { wireModel } from './mapper-model.ts';
import { doubles, enumSpelling, memberOrder, secrets, stringNumbers, timeSource } from './wire-details.ts';
import { formatTime } from './wire-time.ts';

/** `level` is the depth of the enclosing value, for the indentation after an opening bracket. */
type Encode = (value: unknown, level: number, context: ViewContext) => string;

export interface MemberPlan {
  readonly name: string;
  readonly read: (value: Members, context: ViewContext) => unknown;
  readonly encode: Encode;
}

const MAX_LEVEL = 160;
const lineBreaks = Array.from({ length: MAX_LEVEL }, (_, level) => `\r\n${'  '.repeat(level)}`);

/** Wraps items that are already text: a line break after the opening and before the closing bracket, bare commas between. */
export function wrap(brackets: '{}' | '[]', items: string, level: number): string {
  return `${brackets.charAt(0)}${lineBreaks[level + 1] ?? ''}${items}${lineBreaks[level] ?? ''}${brackets.charAt(1)}`;
}

/** The members of a value, as text. Absent members leave no trace. */
export function encodeMembers(plan: readonly MemberPlan[], value: object, level: number, context: ViewContext): string {
  const members = value as Members;
  let text = '';
  for (const member of plan) {
    const given = member.read(members, context);
    if (given === undefined || given === null) continue;
    text += `${text === '' ? '"' : ',"'}${member.name}":${member.encode(given, level, context)}`;
  }
  return text;
}

/** By model, then by version. */
const plans = new Map<string, (readonly MemberPlan[] | undefined)[]>();

/** The members of a model that a response of the version may have, in their order. */
export function memberPlan(modelName: string, version: number): readonly MemberPlan[] {
  let byVersion = plans.get(modelName);
  if (byVersion === undefined) {
    byVersion = [];
    plans.set(modelName, byVersion);
  }
  return (byVersion[version] ??= compilePlan(modelName, version));
}

function compilePlan(modelName: string, version: number): readonly MemberPlan[] {
  const hidden = new Set(secrets[modelName]);
  const order = memberOrder[modelName] ?? [];
  const rank = (member: WireMember): number => {
    const index = order.indexOf(member.name);
    return index < 0 ? order.length : index;
  };
  return wireModel(modelName, version)
    .members.filter((member) => !hidden.has(member.name))
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ name, wireName, type }) => ({
      name: wireName,
      read: computedMembers[modelName]?.[name] ?? ((value) => value[name]),
      encode: compileType(type, modelName, name),
    }));
}

function compileType(type: WireType, model: string, member: string): Encode {
  switch (type.kind) {
    case 'string':
    case 'boolean':
      return (value) => JSON.stringify(value);
    case 'number':
      return compileNumber(model, member);
    case 'enum':
      return compileEnum(enumSpelling[`${model}.${member}`]);
    case 'time': {
      const source = timeSource(model, member);
      return (value) => `"${formatTime(value as Instant, source)}"`;
    }
    case 'duration':
      return (value) => `"${formatIsoDuration(value as Milliseconds)}"`;
    case 'any':
      return encodeAny;
    case 'list': {
      const encodeItem = compileType(type.item, model, member);
      return (value, level, context) => {
        const items = (value as readonly unknown[]).map((item) => encodeItem(item, level + 1, context));
        return wrap('[]', items.join(','), level);
      };
    }
    case 'model': {
      // Read when first used, so that a model may hold itself.
      const { model: name } = type;
      return (value, level, context) =>
        wrap('{}', encodeMembers(memberPlan(name, context.version), value as object, level + 1, context), level);
    }
  }
}

function compileNumber(model: string, member: string): Encode {
  if (stringNumbers[model]?.includes(member) === true) return (value) => `"${String(value)}"`;
  if (doubles[model]?.includes(member) === true) {
    return (value) => (Number.isInteger(value) ? `${String(value)}.0` : String(value));
  }
  return (value) => String(value);
}

function compileEnum(spelling: Readonly<Record<string, string>> | undefined): Encode {
  return (value) => {
    const word = String(value);
    return `"${spelling?.[word] ?? word}"`;
  };
}

/** Members that Batch does not look into, such as the settings of a VM extension: any JSON. */
function encodeAny(value: unknown, level: number): string {
  if (Array.isArray(value)) {
    return wrap('[]', value.map((item) => encodeAny(item, level + 1)).join(','), level);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${encodeAny(member, level + 1)}`,
  );
  return wrap('{}', members.join(','), level);
}
