/** The settings of one command: read from everywhere, checked once, each with where it came from. */
import type { ServiceAccess, Values } from './access.ts';
import { accessOf, accessProblems, isLoopback } from './access.ts';
import { configFault, readConfigFile } from './config-file.ts';
import type { Environment, Layers } from './layers.ts';
import { DOTENV, effectiveValue, readDotenv } from './layers.ts';
import type { OptionValues, SettingKey, SettingValue } from './setting.ts';
import { SETTING_KEYS, describeSource } from './setting.ts';

export interface Settings {
  /** `emulator`, `azure`, or a profile of the configuration file. */
  readonly target: string;
  /** `emulator`: a cloud on this machine that is started for the purpose; `service`: accounts that exist. */
  readonly kind: 'emulator' | 'service';
  readonly runtime: 'auto' | 'docker' | 'process';
  /** What is set, by default or by somebody, in the order of the table. */
  readonly values: readonly SettingValue[];
  /** The files that were read. */
  readonly files: readonly string[];
  /** USD an hour by VM size in lower case, where the configuration knows better than the built-in estimates. */
  readonly prices: Readonly<Record<string, number>>;
  /** A sentence each; with any of them the settings cannot be used. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Absent while something is missing. Of an emulator: the running one that the environment names. */
  readonly access?: ServiceAccess;
  /** Variables of the file `.env` that tell Microsoft Entra who signs in. */
  readonly identity: Readonly<Record<string, string>>;
}

export interface SettingsRequest {
  readonly options: OptionValues;
  readonly environment: Environment;
  /** Where the files are looked for. */
  readonly directory: string;
}

/** Rejects with `invalid` for a file that cannot be read; what is wrong with values is in `problems`. */
export async function loadSettings({ options, environment, directory }: SettingsRequest): Promise<Settings> {
  const [dotenv, file] = await Promise.all([readDotenv(directory), readConfigFile(directory)]);
  const layers: Layers = { options, environment, dotenv, ...(file === undefined ? {} : { file }) };
  const target = effectiveValue(layers, 'target');
  const name = target?.text ?? 'emulator';
  const kind = name === 'emulator' ? 'emulator' : 'service';
  const values = valuesFor(layers, name, kind);
  const place = { target: name, file: file?.name ?? 'batchrite.config.json' };
  const problems = [...targetProblems(target, layers)];
  // What is missing in a target that does not exist is no help.
  if (problems.length === 0) {
    problems.push(...(await valueProblems([...values.values()])));
    if (kind === 'service') problems.push(...accessProblems(values, place));
  }
  const hasAccess = problems.length === 0 && (kind === 'service' || values.has('batch.endpoint'));
  return {
    target: name,
    kind,
    runtime: (values.get('runtime')?.text ?? 'auto') as Settings['runtime'],
    values: [...values.values()],
    files: [...(Object.keys(dotenv).length === 0 ? [] : [DOTENV]), ...(file === undefined ? [] : [file.name])],
    prices: file?.prices ?? {},
    problems,
    warnings: warningsOf(values),
    ...(hasAccess ? { access: accessOf(values) } : {}),
    identity: identityOf(dotenv),
  };
}

/** Throws one fault with every problem, before anything is created. */
export function requireUsable({ problems }: Settings): void {
  if (problems.length > 0) throw configFault(problems);
}

const OF_ACCOUNTS: ReadonlySet<SettingKey> = new Set(SETTING_KEYS.filter((key) => /^(batch|storage)\./.test(key)));

/**
 * An emulator needs no accounts, so whatever the environment says of real ones stays out, wrong or right; that of an
 * emulator that already runs on this machine is wanted, by those who look at it or clean it up.
 */
function valuesFor(layers: Layers, profile: string, kind: Settings['kind']): Values {
  const found = SETTING_KEYS.flatMap((key) => effectiveValue(layers, key, profile) ?? []);
  const all = new Map(found.map((value) => [value.key, value]));
  const endpoint = all.get('batch.endpoint')?.text;
  if (kind === 'service' || (endpoint !== undefined && isLoopback(endpoint) && isComplete(all))) return all;
  return new Map(found.filter(({ key }) => !OF_ACCOUNTS.has(key)).map((value) => [value.key, value]));
}

function isComplete(values: Values): boolean {
  return accessProblems(values, { target: '', file: '' }).length === 0;
}

function targetProblems(target: SettingValue | undefined, { file }: Layers): string[] {
  const names = [...new Set(['emulator', 'azure', ...Object.keys(file?.profiles ?? {})])];
  if (target === undefined || names.includes(target.text)) return [];
  return [
    `There is no target "${target.text}" (${describeSource(target.source)}); there are ${names.join(', ')}, and profiles in batchrite.config.json add more.`,
  ];
}

async function valueProblems(values: readonly SettingValue[]): Promise<readonly string[]> {
  const given = values.filter(({ source }) => source.kind !== 'default');
  // The target has been looked up by its name.
  const checked = given.filter(({ key }) => key !== 'target');
  if (checked.length === 0) return [];
  const { checkValues } = await import('./schema.ts');
  return checkValues(checked);
}

function warningsOf(values: Values): readonly string[] {
  const open = (['batch.key', 'storage.key', 'storage.connectionString'] as const).filter((key) =>
    values.get(key)?.source.file?.endsWith('.json'),
  );
  if (open.length === 0) return [];
  return [
    `batchrite.config.json holds secrets in clear text (${open.join(', ')}); keep them in the environment or in ${DOTENV}, out of version control.`,
  ];
}

/** What `@azure/identity` reads from the environment. */
const IDENTITY = [
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_AUTHORITY_HOST',
  'AZURE_TOKEN_CREDENTIALS',
] as const;

function identityOf(dotenv: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(IDENTITY.flatMap((name) => (dotenv[name] === undefined ? [] : [[name, dotenv[name]]])));
}
