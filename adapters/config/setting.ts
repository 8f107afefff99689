/** The settings that there are: their names in the environment, on the command line and in a configuration file. */

export const SETTING_KEYS = [
  'target',
  'runtime',
  'auth',
  'batch.endpoint',
  'batch.account',
  'batch.key',
  'storage.account',
  'storage.key',
  'storage.connectionString',
  'storage.endpoint',
] as const;

export type SettingKey = (typeof SETTING_KEYS)[number];

/** Settings that the command line has options for, by the option's name. */
export type OptionValues = Readonly<Partial<Record<'target' | 'runtime' | 'auth', string | undefined>>>;

export interface Setting {
  /** What it is, for messages, after "The". */
  readonly label: string;
  /** The first that is set counts. */
  readonly variables: readonly string[];
  readonly option?: string;
  /** Never shown whole. */
  readonly isSecret?: true;
}

/** The names of the environment are those that `az batch` and `az storage` read; our own begin with BATCHRITE_. */
export const SETTINGS: Readonly<Record<SettingKey, Setting>> = {
  target: { label: 'target', variables: ['BATCHRITE_TARGET', 'BATCHRITE_PROFILE'], option: '--target' },
  runtime: { label: 'runtime of the nodes', variables: ['BATCHRITE_RUNTIME'], option: '--runtime' },
  auth: { label: 'way to sign in', variables: ['BATCHRITE_AUTH'], option: '--auth' },
  'batch.endpoint': { label: "Batch account's endpoint", variables: ['AZURE_BATCH_ENDPOINT'] },
  'batch.account': { label: "Batch account's name", variables: ['AZURE_BATCH_ACCOUNT'] },
  'batch.key': { label: "Batch account's key", variables: ['AZURE_BATCH_ACCESS_KEY'], isSecret: true },
  'storage.account': { label: "storage account's name", variables: ['AZURE_STORAGE_ACCOUNT'] },
  'storage.key': { label: "storage account's key", variables: ['AZURE_STORAGE_KEY'], isSecret: true },
  'storage.connectionString': {
    label: "storage account's connection string",
    variables: ['AZURE_STORAGE_CONNECTION_STRING'],
    isSecret: true,
  },
  'storage.endpoint': { label: "storage account's blob endpoint", variables: ['AZURE_STORAGE_SERVICE_ENDPOINT'] },
};

/** Where a value came from; `place` is the option, the variable or the member, such as `profiles.azure.auth`. */
export interface Source {
  readonly kind: 'option' | 'environment' | 'dotenv' | 'file' | 'default';
  readonly place: string;
  /** The file's name, for `dotenv` and `file`. */
  readonly file?: string;
}

export interface SettingValue {
  readonly key: SettingKey;
  readonly text: string;
  readonly source: Source;
}

/** `environment AZURE_BATCH_ACCOUNT`, `.env AZURE_BATCH_ACCOUNT`, `batchrite.config.json target`, `default`. */
export function describeSource({ kind, place, file }: Source): string {
  if (kind === 'default') return 'default';
  return `${file ?? kind} ${place}`;
}

/** The value as it may be shown: of a secret the first characters at most. */
export function shownText({ key, text }: SettingValue): string {
  if (SETTINGS[key].isSecret !== true) return text;
  if (key !== 'storage.connectionString') return masked(text);
  // Its account and endpoint are what a person looks for, and no secrets.
  return text.replace(/(AccountKey|SharedAccessSignature)=([^;]*)/gi, (_, name: string, secret: string) => {
    return `${name}=${masked(secret)}`;
  });
}

/** Four characters of a long secret tell two keys apart and open nothing; of a short one not even those. */
function masked(secret: string): string {
  return secret.length < 16 ? '…' : `${secret.slice(0, 4)}…`;
}
