// Turns the layer table into rules of dependency-cruiser: one for each layer that forbids every import which the table
// does not list, and a few for the whole tree.
import type { IForbiddenRuleType } from 'dependency-cruiser';
import type { Layer } from './table.ts';

/** The rules for a table; `freeFolders` may import anything. Paths in them are relative to the folder that is checked. */
export function layerRules(layers: readonly Layer[], freeFolders: readonly string[]): IForbiddenRuleType[] {
  return [
    ...layers.flatMap((layer) => rulesOf(layer, layers)),
    unknownFolderRule([...layers.map((layer) => layer.folder), ...freeFolders]),
    {
      name: 'no-cycles',
      comment: 'files that import each other cannot be read or tested apart',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'an import must lead to a file or an installed package',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ];
}

function rulesOf(layer: Layer, layers: readonly Layer[]): IForbiddenRuleType[] {
  const inside = layers.map((other) => other.folder).filter((folder) => folder.startsWith(`${layer.folder}/`));
  const from = { path: startsWith(layer.folder), pathNot: inside.map(startsWith) };
  // Its own files: everything under the folder that no deeper layer owns.
  const own =
    inside.length === 0 ? startsWith(layer.folder) : `^${escape(layer.folder)}/(?!(${deeper(layer, inside)})/)`;
  const typeDoors = (layer.typeDoors ?? []).map(door);
  const listed = [own, ...layer.doors.map(door), ...typeDoors, ...layer.packages.map(npmPackage)];
  const imports: IForbiddenRuleType = {
    name: layer.folder,
    comment: `${layer.folder} is ${layer.role}: it imports ${permissions(layer)}`,
    severity: 'error',
    from,
    to: { pathNot: listed, couldNotResolve: false, ...(layer.node ? { dependencyTypesNot: ['core'] } : {}) },
  };
  if (typeDoors.length === 0) return [imports];
  const types: IForbiddenRuleType = {
    name: `${layer.folder}-types`,
    comment: `${layer.folder} may use only types of ${layer.typeDoors?.join(', ')}: write "import type"`,
    severity: 'error',
    from,
    to: { path: typeDoors, dependencyTypesNot: ['type-only'] },
  };
  return [imports, types];
}

/** A folder that nobody wrote into the table has no rule, so it must not exist. */
function unknownFolderRule(folders: readonly string[]): IForbiddenRuleType {
  const known = folders.map(startsWith);
  return {
    name: 'known-folder',
    comment: 'every folder is a layer of the table in test/support/layers/table.ts',
    severity: 'error',
    from: { pathNot: [...known, '^vitest\\.config\\.ts$', 'node_modules/'] },
    to: {},
  };
}

function permissions(layer: Layer): string {
  const doors = [...layer.doors, ...(layer.typeDoors ?? [])].map((folder) => `${folder}/index.ts`);
  const allowed = [...doors, ...layer.packages, ...(layer.node ? ['node:*'] : [])];
  return ['its own files', ...allowed].join(', ');
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const startsWith = (folder: string): string => `^${escape(folder)}/`;
const door = (folder: string): string => `^${escape(folder)}/index\\.ts$`;
const npmPackage = (name: string): string => `node_modules/${escape(name)}/`;
const deeper = (layer: Layer, inside: readonly string[]): string =>
  inside.map((folder) => escape(folder.slice(layer.folder.length + 1))).join('|');
