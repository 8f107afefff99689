/** Where values come from, strongest first: options, the environment, the file `.env`, the configuration file, defaults. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { FaultError } from '../../core/index.ts';
import type { ConfigFile } from './config-content.ts';
import type { OptionValues, SettingKey, SettingValue, Source } from './setting.ts';
import { SETTINGS } from './setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Layers {
  readonly options: OptionValues;
  readonly environment: Environment;
  readonly dotenv: Environment;
  readonly file?: ConfigFile;
}

const DEFAULTS: Readonly<Partial<Record<SettingKey, string>>> = { target: 'emulator', runtime: 'auto', auth: 'key' };

export const DOTENV = '.env';

/** The variables of the file `.env`, none where there is no such file. */
export async function readDotenv(directory: string): Promise<Environment> {
  try {
    return parseEnv(await readFile(join(directory, DOTENV), 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A folder of that name is somebody's virtual environment.
    if (code === 'ENOENT' || code === 'EISDIR') return {};
    const message = `${DOTENV} cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    throw new FaultError({ code: 'invalid', message });
  }
}

/** The value that counts, for a target with that profile; an empty one counts as none. */
export function effectiveValue(layers: Layers, key: SettingKey, profile?: string): SettingValue | undefined {
  const found =
    fromOptions(layers, key) ??
    fromVariables(layers.environment, key, (place) => ({ kind: 'environment', place })) ??
    fromVariables(layers.dotenv, key, (place) => ({ kind: 'dotenv', place, file: DOTENV })) ??
    fromFile(layers.file, key, profile);
  if (found !== undefined) return found;
  const byDefault = DEFAULTS[key];
  return byDefault === undefined ? undefined : { key, text: byDefault, source: { kind: 'default', place: key } };
}

function fromOptions({ options }: Layers, key: SettingKey): SettingValue | undefined {
  const { option } = SETTINGS[key];
  const text = option === undefined ? undefined : options[option.slice(2) as keyof OptionValues];
  return option === undefined || text === undefined
    ? undefined
    : { key, text, source: { kind: 'option', place: option } };
}

function fromVariables(
  environment: Environment,
  key: SettingKey,
  sourceOf: (variable: string) => Source,
): SettingValue | undefined {
  for (const variable of SETTINGS[key].variables) {
    const text = environment[variable]?.trim() ?? '';
    if (text !== '') return { key, text, source: sourceOf(variable) };
  }
  return undefined;
}

function fromFile(file: ConfigFile | undefined, key: SettingKey, profile?: string): SettingValue | undefined {
  if (file === undefined) return undefined;
  const own = profile === undefined ? undefined : file.profiles[profile]?.[key];
  if (own !== undefined) {
    return { key, text: own, source: { kind: 'file', place: `profiles.${profile}.${key}`, file: file.name } };
  }
  const general = file.general[key];
  return general === undefined
    ? undefined
    : { key, text: general, source: { kind: 'file', place: key, file: file.name } };
}
