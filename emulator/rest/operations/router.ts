/**
 * Finds the operation for a method and a raw path, by a tree over path segments: a literal comes before a parameter,
 * and no pattern is tried one after the other. Parameters are decoded once, after matching, so that an encoded slash
 * never splits a segment.
 */
import type { OperationId } from './operation-id.ts';
import { operationIds, specOf } from './operation-table.ts';

export type RouteMatch =
  | {
      readonly kind: 'matched';
      readonly id: OperationId;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'unknownPath' }
  | { readonly kind: 'wrongMethod' }
  /** A parameter is not valid percent-encoded UTF-8. */
  | { readonly kind: 'undecodable' };

interface Branch {
  readonly literals: Map<string, Branch>;
  parameter?: { readonly name: string; readonly branch: Branch };
  readonly operations: Map<string, OperationId>;
}

/** File paths come as one encoded segment, and from some clients with their slashes as they are (wire-facts 5.2). */
const REST_PARAMETER = 'filePath';
/** The OData key form of certificates is a segment of its own kind (wire-facts 1.1). */
const CERTIFICATE_KEY = /^certificates\(thumbprintAlgorithm=([^,()]*),thumbprint=([^,()]*)\)$/i;
const CERTIFICATE_LITERAL = 'certificates()';

const root = buildTree();

function newBranch(): Branch {
  return { literals: new Map(), operations: new Map() };
}

function buildTree(): Branch {
  const tree = newBranch();
  for (const id of operationIds) {
    const { method, path } = specOf(id);
    let branch = tree;
    for (const segment of path.split('/')) branch = extend(branch, segment);
    branch.operations.set(method, id);
  }
  return tree;
}

function extend(branch: Branch, segment: string): Branch {
  if (segment.startsWith('{')) {
    branch.parameter ??= { name: segment.slice(1, -1), branch: newBranch() };
    return branch.parameter.branch;
  }
  const literal = segment.includes('(') ? CERTIFICATE_LITERAL : segment;
  let next = branch.literals.get(literal);
  if (next === undefined) {
    next = newBranch();
    branch.literals.set(literal, next);
  }
  return next;
}

/** `rawPath` starts with a slash and is still percent-encoded. */
export function matchRoute(method: string, rawPath: string): RouteMatch {
  const raw: Record<string, string> = {};
  let branch = root;
  const segments = rawPath.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const literal = branch.literals.get(literalOf(segment, raw));
    if (literal !== undefined) {
      branch = literal;
      continue;
    }
    const parameter = branch.parameter;
    if (parameter === undefined || segment === '') return { kind: 'unknownPath' };
    branch = parameter.branch;
    raw[parameter.name] = parameter.name === REST_PARAMETER ? segments.slice(index).join('/') : segment;
    if (parameter.name === REST_PARAMETER) break;
  }
  if (branch.operations.size === 0) return { kind: 'unknownPath' };
  const id = branch.operations.get(method);
  if (id === undefined) return { kind: 'wrongMethod' };
  const parameters = decodeAll(raw);
  return parameters === undefined ? { kind: 'undecodable' } : { kind: 'matched', id, parameters };
}

function literalOf(segment: string, raw: Record<string, string>): string {
  const key = segment.includes('(') ? CERTIFICATE_KEY.exec(segment) : null;
  if (key === null) return segment;
  raw['thumbprintAlgorithm'] = key[1] ?? '';
  raw['thumbprint'] = key[2] ?? '';
  return CERTIFICATE_LITERAL;
}

function decodeAll(raw: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  try {
    for (const [name, value] of Object.entries(raw)) parameters[name] = decodeURIComponent(value);
  } catch {
    return undefined;
  }
  return parameters;
}
