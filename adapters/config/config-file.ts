/** `batchrite.config.json` or `batchrite.config.mjs` in the working directory: what is in it, checked member by member. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FaultError } from '../../core/index.ts';
import type { ConfigFile } from './config-content.ts';

const NAMES = ['batchrite.config.json', 'batchrite.config.mjs'] as const;

/** Undefined where there is none. Rejects with `invalid`: one sentence, or several with one for each mistake. */
export async function readConfigFile(directory: string): Promise<ConfigFile | undefined> {
  const found = [];
  for (const name of NAMES) if (await exists(join(directory, name))) found.push(name);
  const [name, other] = found;
  if (name === undefined) return undefined;
  if (other !== undefined) throw invalid(`There are ${name} and ${other} in ${directory}; keep one of them.`);
  const content = name.endsWith('.json') ? await readJson(directory, name) : await importModule(directory, name);
  const { checkConfigFile } = await import('./schema.ts');
  const { problems, file } = checkConfigFile(name, content);
  if (file !== undefined) return file;
  throw configFault(problems);
}

/** One fault for any number of problems, each a whole sentence. */
export function configFault(problems: readonly string[]): FaultError {
  const [first = '', ...others] = problems;
  if (others.length === 0) return invalid(first);
  return new FaultError({
    code: 'invalid',
    message: `The configuration has ${problems.length} mistakes; nothing was created.`,
    details: problems.map((value, index) => ({ key: String(index + 1), value })),
  });
}

async function readJson(directory: string, name: string): Promise<unknown> {
  const text = await readFile(join(directory, name), 'utf8');
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    throw invalid(`${name} is not JSON: ${messageOf(error)}.`);
  }
}

async function importModule(directory: string, name: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(join(directory, name)).href)) as { readonly default?: unknown };
    if (module.default !== undefined) return module.default;
  } catch (error) {
    throw invalid(`${name} cannot be loaded: ${messageOf(error)}.`);
  }
  throw invalid(`${name} has no default export; write export default { … }.`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

function invalid(message: string): FaultError {
  return new FaultError({ code: 'invalid', message });
}
