/** Accounts of a cloud target, from the variables that `az batch` and the storage tools read (design, section 5). */
import { FaultError } from '../../core/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface CloudAccounts {
  readonly batch: { readonly endpoint: string; readonly account: string; readonly key: string };
  /** A storage connection string. */
  readonly storage: string;
}

/** Throws `invalid` and names the variables that are missing, before anything is created. */
export function cloudAccounts(environment: Environment): CloudAccounts {
  const missing: string[] = [];
  const required = (name: string): string => {
    const value = environment[name]?.trim() ?? '';
    if (value === '') missing.push(name);
    return value;
  };
  const account = required('AZURE_BATCH_ACCOUNT');
  const key = required('AZURE_BATCH_ACCESS_KEY');
  const endpoint = required('AZURE_BATCH_ENDPOINT');
  const connection = environment['AZURE_STORAGE_CONNECTION_STRING']?.trim() ?? '';
  const storage = connection === '' ? accountString(required) : connection;
  if (missing.length > 0) {
    throw new FaultError({
      code: 'invalid',
      message: `The target azure needs ${missing.join(', ')} in the environment.`,
    });
  }
  const withScheme = /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`;
  return { batch: { endpoint: withScheme, account, key }, storage };
}

function accountString(required: (name: string) => string): string {
  const name = required('AZURE_STORAGE_ACCOUNT');
  const key = required('AZURE_STORAGE_KEY');
  return `DefaultEndpointsProtocol=https;AccountName=${name};AccountKey=${key};EndpointSuffix=core.windows.net`;
}
