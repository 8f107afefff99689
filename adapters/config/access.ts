/** From settings to the accounts of a service: where they are, how to sign in, and what is missing. */
import type { SettingKey, SettingValue } from './setting.ts';
import { SETTINGS, describeSource } from './setting.ts';

export interface ServiceAccess {
  readonly batch: {
    readonly endpoint: string;
    readonly credential:
      | { readonly kind: 'key'; readonly account: string; readonly key: string }
      | { readonly kind: 'entra' };
  };
  readonly storage:
    | { readonly kind: 'key'; readonly connectionString: string }
    | { readonly kind: 'entra'; readonly account: string; readonly blobEndpoint: string };
  /** The service is on this machine, so nothing that it creates costs money. */
  readonly isLocal: boolean;
}

export type Values = ReadonlyMap<SettingKey, SettingValue>;

interface Place {
  readonly target: string;
  /** The configuration file's name, or the one that it would have. */
  readonly file: string;
}

/** A sentence for each value that the target needs and has not, and for each two that contradict each other. */
export function accessProblems(values: Values, place: Place): readonly string[] {
  const isEntra = values.get('auth')?.text === 'entra';
  const missing = (['batch.endpoint', ...(isEntra ? [] : ['batch.account', 'batch.key'])] as SettingKey[]).filter(
    (key) => !values.has(key),
  );
  const problems = missing.map((key) => missingSentence(key, place));
  return [...problems, ...storageProblems(values, place, isEntra), ...contradictions(values)];
}

function storageProblems(values: Values, place: Place, isEntra: boolean): string[] {
  const connection = values.get('storage.connectionString')?.text;
  if (connection !== undefined) {
    const hasKey = /AccountKey=|UseDevelopmentStorage=true/i.test(connection);
    if (isEntra || hasKey) return [];
    return ["The storage account's connection string has no AccountKey; copy it whole, or sign in with --auth entra."];
  }
  const needed: SettingKey[] = isEntra
    ? values.has('storage.endpoint')
      ? []
      : ['storage.account']
    : ['storage.account', 'storage.key'];
  const missing = needed.filter((key) => !values.has(key));
  if (missing.length === 2) {
    return [
      `The storage account is missing: set AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY${orMember(place, 'storage')}.`,
    ];
  }
  return missing.map((key) => missingSentence(key, place));
}

function missingSentence(key: SettingKey, place: Place): string {
  const { label, variables, isSecret } = SETTINGS[key];
  const member = orMember(place, key);
  const otherwise = isSecret === true ? `${member}, or sign in with --auth entra` : member;
  return `The ${label} is missing: set ${variables[0] ?? ''}${otherwise}.`;
}

function orMember({ target, file }: Place, member: string): string {
  return `, or profiles.${target}.${member} in ${file}`;
}

/** Values from different places may belong to different accounts: a key that does not fit is refused much later. */
function contradictions(values: Values): string[] {
  const problems: string[] = [];
  const endpoint = values.get('batch.endpoint');
  const account = values.get('batch.account');
  const host = endpoint === undefined ? undefined : URL.parse(withScheme(endpoint.text))?.hostname;
  const [ofEndpoint] = /\.batch\./.test(host ?? '') ? (host ?? '').split('.') : [];
  if (endpoint !== undefined && account !== undefined && ofEndpoint !== undefined && ofEndpoint !== account.text) {
    problems.push(
      `The Batch endpoint ${endpoint.text} (${describeSource(endpoint.source)}) is not of account ${account.text} (${describeSource(account.source)}); give both of one account.`,
    );
  }
  const connection = values.get('storage.connectionString');
  const storage = values.get('storage.account');
  const ofConnection = connection === undefined ? undefined : accountOf(connection.text);
  if (connection !== undefined && storage !== undefined && ofConnection !== storage.text) {
    problems.push(
      `The connection string (${describeSource(connection.source)}) is of storage account ${ofConnection}, not of ${storage.text} (${describeSource(storage.source)}); give one of them.`,
    );
  }
  return problems;
}

/** The access that values without problems give. */
export function accessOf(values: Values): ServiceAccess {
  const value = (key: SettingKey): string => values.get(key)?.text ?? '';
  const isEntra = value('auth') === 'entra';
  const endpoint = withScheme(value('batch.endpoint')).replace(/\/+$/, '');
  const batch = {
    endpoint,
    credential: isEntra
      ? ({ kind: 'entra' } as const)
      : ({ kind: 'key', account: value('batch.account'), key: value('batch.key') } as const),
  };
  const isLocal = isLoopback(endpoint);
  const connectionString = value('storage.connectionString') || connectionStringOf(value, endpoint);
  if (!isEntra) return { batch, storage: { kind: 'key', connectionString }, isLocal };
  const blobEndpoint = value('storage.endpoint') || blobEndpointOf(connectionString);
  const account = value('storage.account') || accountOf(connectionString) || accountOfEndpoint(blobEndpoint);
  return { batch, storage: { kind: 'entra', account, blobEndpoint: withScheme(blobEndpoint) }, isLocal };
}

function connectionStringOf(value: (key: SettingKey) => string, batchEndpoint: string): string {
  const endpoint = value('storage.endpoint');
  const where = endpoint === '' ? `EndpointSuffix=${suffixOf(batchEndpoint)}` : `BlobEndpoint=${withScheme(endpoint)}`;
  return `DefaultEndpointsProtocol=https;AccountName=${value('storage.account')};AccountKey=${value('storage.key')};${where}`;
}

function accountOf(connectionString: string): string {
  if (/UseDevelopmentStorage=true/i.test(connectionString)) return 'devstoreaccount1';
  return part(connectionString, 'AccountName') ?? '';
}

function blobEndpointOf(connectionString: string): string {
  const own = part(connectionString, 'BlobEndpoint');
  if (own !== undefined) return own;
  const suffix = part(connectionString, 'EndpointSuffix') ?? 'core.windows.net';
  return `https://${accountOf(connectionString)}.blob.${suffix}`;
}

function accountOfEndpoint(blobEndpoint: string): string {
  return URL.parse(withScheme(blobEndpoint))?.hostname.split('.')[0] ?? '';
}

function part(connectionString: string, name: string): string | undefined {
  return new RegExp(`(?:^|;)\\s*${name}=([^;]+)`, 'i').exec(connectionString)?.[1];
}

/** Storage is in the same cloud as Batch: the public one, or those of China and of the US government. */
function suffixOf(batchEndpoint: string): string {
  const host = URL.parse(batchEndpoint)?.hostname ?? '';
  if (host.endsWith('.chinacloudapi.cn')) return 'core.chinacloudapi.cn';
  return host.endsWith('.usgovcloudapi.net') ? 'core.usgovcloudapi.net' : 'core.windows.net';
}

function withScheme(address: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;
}

export function isLoopback(address: string): boolean {
  const host = URL.parse(withScheme(address))?.hostname ?? '';
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);
}
