/**
 * The SDK's mappers, read as the model of the wire: which members a type has in an api-version, of which type, and what
 * is required. Nothing here repeats that table by hand (design, decision 4); what it does not tell is in
 * `wire-details.ts` and `member-versions.ts`.
 */
import { BatchServiceMappers } from '@azure/batch';
import { versionPosition } from '../operations/api-version.ts';
import { earlierNames, laterMembers, memberSince } from './member-versions.ts';

export type MapperName = keyof typeof BatchServiceMappers;
type CompositeMapper = (typeof BatchServiceMappers)['CloudPool'];
type Mapper = NonNullable<CompositeMapper['type']['modelProperties']>[string];

export type WireType =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'time' | 'duration' | 'any' }
  | { readonly kind: 'enum'; readonly words: readonly string[] }
  | { readonly kind: 'list'; readonly item: WireType }
  | { readonly kind: 'model'; readonly model: string };

export interface WireMember {
  /** As in the engine's resources. */
  readonly name: string;
  /** As on the wire; the same, but for members that were renamed once. */
  readonly wireName: string;
  readonly type: WireType;
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly maxItems?: number;
}

export interface WireModel {
  readonly name: string;
  readonly members: readonly WireMember[];
}

/**
 * The model with that name, in the version at that position among the released ones. Throws for a name that the SDK
 * does not have: a mistake in our tables. Callers keep what they make of it.
 */
export function wireModel(name: string, version: number): WireModel {
  const later = Object.entries(laterMembers[name] ?? {})
    .filter(([, since]) => version >= versionPosition(since))
    .map(([member]) => uninterpreted(member));
  const members = readModel(name)
    .members.filter((member) => {
      const since = memberSince[name]?.[member.name];
      return since === undefined || version >= versionPosition(since);
    })
    .map((member) => {
      const earlier = earlierNames[name]?.[member.name];
      return earlier === undefined || version >= versionPosition(earlier.until)
        ? member
        : { ...member, wireName: earlier.name };
    });
  return { name, members: [...members, ...later] };
}

function uninterpreted(name: string): WireMember {
  return { name, wireName: name, type: { kind: 'any' }, required: false, readOnly: false };
}

function readModel(name: string): WireModel {
  const mapper = (BatchServiceMappers as Readonly<Record<string, CompositeMapper>>)[name];
  const properties = mapper?.type.modelProperties;
  if (properties === undefined) throw new Error(`The SDK has no mapper named ${name}.`);
  return { name, members: Object.values(properties).map(readMember) };
}

function readMember(mapper: Mapper): WireMember {
  const maxItems = mapper.constraints?.MaxItems;
  return {
    name: mapper.serializedName ?? '',
    wireName: mapper.serializedName ?? '',
    type: readType(mapper),
    required: mapper.required === true,
    readOnly: mapper.readOnly === true,
    ...(maxItems === undefined ? {} : { maxItems }),
  };
}

function readType(mapper: Mapper): WireType {
  const type = mapper.type;
  switch (type.name) {
    case 'Composite':
      return { kind: 'model', model: type.className ?? '' };
    case 'Sequence':
      return { kind: 'list', item: readType(type.element) };
    case 'Enum':
      return { kind: 'enum', words: type.allowedValues.map(String) };
    case 'String':
      return { kind: 'string' };
    case 'Number':
      return { kind: 'number' };
    case 'Boolean':
      return { kind: 'boolean' };
    case 'DateTime':
      return { kind: 'time' };
    case 'TimeSpan':
      return { kind: 'duration' };
    case 'Object':
      return { kind: 'any' };
    default:
      throw new Error(`The SDK's mapper type ${type.name} is not known to the codec.`);
  }
}
