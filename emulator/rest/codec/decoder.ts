/**
 * Reads request bodies by the mappers: required and read-only members, types, enum words in any case, durations and
 * times (wire-facts 2.2). What comes out is plain data in the engine's terms, and names members only that the model has.
 */
import { parseIsoDuration } from '../../../core/kernel/index.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { invalidBody, wireFault } from '../errors/wire-fault.ts';
import type { WireMember, WireModel, WireType } from './mapper-model.ts';
import { wireModel } from './mapper-model.ts';
import { parseTime } from './wire-time.ts';

/** Where the first problem of a body is noted; decoding stops there. */
export interface Decoding {
  fault?: WireFault;
  /** Position of the api-version among the released ones. */
  readonly version: number;
  /** Skips members that the model does not have instead of refusing them. */
  readonly ignoreUnknown: boolean;
}

type Decode = (value: unknown, decoding: Decoding) => unknown;

interface DecodePlan {
  readonly members: ReadonlyMap<string, WireMember & { readonly decode: Decode }>;
  readonly required: readonly string[];
}

const MAX_DEPTH = 64;
const INT32 = 2 ** 31;

/** By model, then by version. */
const plans = new Map<string, (DecodePlan | undefined)[]>();

/** Decodes a parsed JSON value as the model, or leaves the reason in `decoding.fault`. */
export function decodeModel(modelName: string, value: unknown, decoding: Decoding): object | undefined {
  if (!isObject(value)) return refuse(decoding, wrongNode('StartObject', value));
  const plan = planOf(modelName, decoding.version);
  const result: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    const member = plan.members.get(name);
    if (member === undefined) {
      if (decoding.ignoreUnknown || name.startsWith('odata.')) continue;
      return refuse(decoding, unknownMember(name, modelName));
    }
    if (given === null || given === undefined) continue;
    if (member.readOnly) return refuse(decoding, wireFault('UnsupportedProperty', { PropertyName: name }));
    const decoded = member.decode(given, decoding);
    if (decoding.fault !== undefined) return undefined;
    result[member.name] = decoded;
  }
  for (const name of plan.required) {
    if (!(name in result)) return refuse(decoding, wireFault('MissingRequiredProperty', { PropertyName: name }));
  }
  return result;
}

function planOf(modelName: string, version: number): DecodePlan {
  let byVersion = plans.get(modelName);
  if (byVersion === undefined) {
    byVersion = [];
    plans.set(modelName, byVersion);
  }
  return (byVersion[version] ??= compilePlan(wireModel(modelName, version)));
}

function compilePlan(model: WireModel): DecodePlan {
  return {
    members: new Map(
      model.members.map((member) => [member.wireName, { ...member, decode: compileType(member.type, member) }]),
    ),
    required: model.members.filter((member) => member.required && !member.readOnly).map((member) => member.name),
  };
}

function compileType(type: WireType, member: WireMember): Decode {
  switch (type.kind) {
    case 'string':
      return (value, decoding) =>
        typeof value === 'string' ? value : refuse(decoding, wrongType('Edm.String', value));
    case 'boolean':
      return (value, decoding) =>
        typeof value === 'boolean' ? value : refuse(decoding, wrongType('Edm.Boolean', value));
    case 'number':
      return (value, decoding) => (isInt32(value) ? value : refuse(decoding, wrongType('Edm.Int32', value)));
    case 'time':
      return parsing('Edm.DateTime', (text) => parseTime(text)?.instant);
    case 'duration':
      return parsing('Edm.Duration', parseIsoDuration);
    case 'enum':
      return compileEnum(type.words, member.name);
    case 'list':
      return compileList(type.item, member);
    case 'model':
      return (value, decoding) => decodeModel(type.model, value, decoding);
    case 'any':
      return (value, decoding) =>
        depthOf(value) > MAX_DEPTH
          ? refuse(decoding, invalidBody(`The value of '${member.name}' is nested more than ${MAX_DEPTH} levels deep.`))
          : value;
  }
}

function parsing(edmType: string, parse: (text: string) => number | undefined): Decode {
  return (value, decoding) => {
    const parsed = typeof value === 'string' ? parse(value) : undefined;
    return parsed ?? refuse(decoding, wrongType(edmType, value));
  };
}

function compileEnum(words: readonly string[], name: string): Decode {
  const byLowerCase = new Map(words.map((word) => [word.toLowerCase(), word]));
  return (value, decoding) => {
    if (typeof value !== 'string') return refuse(decoding, wrongType('Edm.String', value));
    const word = byLowerCase.get(value.toLowerCase());
    if (word !== undefined) return word;
    return refuse(
      decoding,
      wireFault('InvalidPropertyValue', {
        PropertyName: name,
        PropertyValue: value,
        Reason: `The value must be one of: ${words.join(', ')}.`,
      }),
    );
  };
}

function compileList(itemType: WireType, member: WireMember): Decode {
  const { name, maxItems = Infinity } = member;
  const decodeItem = compileType(itemType, member);
  return (value, decoding) => {
    if (!Array.isArray(value)) return refuse(decoding, wrongNode('StartArray', value));
    if (value.length > maxItems) {
      return refuse(
        decoding,
        wireFault('InvalidPropertyValue', {
          PropertyName: name,
          PropertyValue: String(value.length),
          Reason: `At most ${maxItems} items can be given in one request.`,
        }),
      );
    }
    const items: unknown[] = [];
    for (const item of value as readonly unknown[]) {
      items.push(decodeItem(item, decoding));
      if (decoding.fault !== undefined) return undefined;
    }
    return items;
  };
}

function refuse(decoding: Decoding, fault: WireFault): undefined {
  decoding.fault = fault;
}

/** The OData reader's complaint about an object where a scalar is due, or the other way round (wire-facts 2.2). */
function wrongNode(expected: string, value: unknown): WireFault {
  return invalidBody(
    `An unexpected '${nodeKind(value)}' node was found when reading from the JSON reader. A '${expected}' node was expected.`,
  );
}

function wrongType(edmType: string, value: unknown): WireFault {
  if (nodeKind(value) !== 'PrimitiveValue') return wrongNode('PrimitiveValue', value);
  return invalidBody(
    `Cannot convert a primitive value to the expected type '${edmType}'. See the inner exception for more details.`,
  );
}

function unknownMember(name: string, modelName: string): WireFault {
  return invalidBody(
    `The property '${name}' does not exist on type 'Microsoft.Azure.Batch.Protocol.Entities.${modelName}'. ` +
      'Make sure to only use property names that are defined by the type.',
  );
}

function nodeKind(value: unknown): 'StartArray' | 'StartObject' | 'PrimitiveValue' {
  if (Array.isArray(value)) return 'StartArray';
  return typeof value === 'object' && value !== null ? 'StartObject' : 'PrimitiveValue';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return nodeKind(value) === 'StartObject';
}

function isInt32(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= -INT32 && value < INT32;
}

/** How deep a value is nested, counted up to one more than the limit. */
function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth;
  let deepest = depth + 1;
  for (const member of Object.values(value)) deepest = Math.max(deepest, depthOf(member, depth + 1));
  return deepest;
}
