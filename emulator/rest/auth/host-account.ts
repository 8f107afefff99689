/** The account that a host name tells: clients of the service read it from the first label, as in `{account}.{region}.batch.azure.com`. */
import type { ServedAccount } from '../account/served-account.ts';

/** Names below it belong to accounts; browsers and most resolvers lead them to this machine. */
const SUFFIX = '.batch.localhost';

/** The host's first label, where the host names an account: any name below the suffix, and elsewhere a known account's. */
export function accountNameOf(host: string, accounts: ReadonlyMap<string, ServedAccount>): string | undefined {
  const name = host.toLowerCase().replace(/:\d*$/, '');
  const dot = name.indexOf('.');
  if (dot <= 0) return undefined;
  const label = name.slice(0, dot);
  return name.endsWith(SUFFIX) || accounts.has(label) ? label : undefined;
}
