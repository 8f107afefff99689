/** Reads accounts from one text, written as Azurite takes its own: `name:key;name2:key2`, with a second key after another colon where wanted. */
import { FaultError } from '../../core/kernel/index.ts';
import type { Account } from './development-account.ts';

const NAME = /^[a-z0-9]{3,24}$/;
const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;

/** Throws a fault that says what is wrong in which place; no key is ever part of it. `source` is where the text comes from. */
export function parseAccounts(text: string, source: string): readonly Account[] {
  const entries = text
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) {
    throw invalid(`${source} names no account: write name:key, and more of them after semicolons.`);
  }
  const accounts = new Map<string, Account>();
  for (const [index, entry] of entries.entries()) {
    const account = parseAccount(entry, `${source}, account ${index + 1}`);
    if (accounts.has(account.name))
      throw invalid(`${source} names the account ${account.name} twice: keep one of them.`);
    accounts.set(account.name, account);
  }
  return [...accounts.values()];
}

function parseAccount(entry: string, place: string): Account {
  const [name = '', key, key2, ...more] = entry.split(':');
  if (!NAME.test(name)) {
    throw invalid(
      `${place}: the name ${JSON.stringify(name.slice(0, 30))} must be 3 to 24 lower-case letters and digits.`,
    );
  }
  if (key === undefined || key === '') throw invalid(`${place}: ${name} has no key: write ${name}:key.`);
  if (more.length > 0) throw invalid(`${place}: ${name} has more than two keys: an account has one or two.`);
  for (const each of key2 === undefined ? [key] : [key, key2]) {
    if (!BASE64.test(each)) throw invalid(`${place}: a key of ${name} is not Base64: write it as the portal shows it.`);
  }
  return { name, key, ...(key2 === undefined ? {} : { key2 }) };
}

function invalid(message: string): FaultError {
  return new FaultError({ code: 'invalid', message });
}
