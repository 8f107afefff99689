/** Checks the SharedKey signature of a request, to the letter of wire-facts 1.5, and in constant time. */
import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { Clock, Milliseconds, Outcome } from '../../../core/kernel/index.ts';
import { refusal, success } from '../../../core/kernel/index.ts';
import { parseHttpDate } from '../codec/wire-time.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { wireFault } from '../errors/wire-fault.ts';
import type { WireRequest } from '../http/wire-request.ts';
import { headerOf } from '../http/wire-request.ts';
import { stringToSign } from './string-to-sign.ts';

/** Not documented for Batch; what Storage allows (wire-facts 1.5). */
const MAX_SKEW: Milliseconds = 15 * 60 * 1000;

export interface KeyedAccount {
  readonly name: string;
  /** Base64, as the portal shows it. */
  readonly key: string;
  /** As good as the first: keys are changed one after the other. */
  readonly key2?: string;
}

export interface SharedKeyOptions<Account extends KeyedAccount> {
  readonly accounts: ReadonlyMap<string, Account>;
  /** The clock that clients date their requests by: the real one. Without it the date is not checked. */
  readonly clock?: Clock;
}

/** Finds the account by the credential and checks the signature; a refusal tells which of it failed, and never a key. */
export function checkSharedKey<Account extends KeyedAccount>(
  request: WireRequest,
  options: SharedKeyOptions<Account>,
): Outcome<Account, WireFault> {
  const header = headerOf(request.headers, 'authorization');
  if (header === undefined) return denied('The request has no Authorization header.');
  const [scheme = '', credential = ''] = header.split(/ +(.*)/s, 2);
  const colon = credential.indexOf(':');
  const isSharedKey = scheme.toLowerCase() === 'sharedkey';
  if (!isSharedKey || colon <= 0 || colon === credential.length - 1) {
    return isSharedKey || credential === ''
      ? refusal(wireFault('InvalidAuthenticationInfo'))
      : denied(`The specified type of authentication ${scheme.slice(0, 20)} is not allowed for this account.`);
  }
  const accountName = credential.slice(0, colon);
  const account = options.accounts.get(accountName.toLowerCase());
  if (account === undefined) return denied(`The specified account ${accountName} is not known to this server.`);
  const dateProblem = options.clock === undefined ? undefined : checkDate(request, options.clock);
  if (dateProblem !== undefined) return denied(dateProblem);
  const signature = Buffer.from(credential.slice(colon + 1), 'base64');
  const text = stringToSign(request, accountName, true);
  if (isSignatureOf(text, account, signature)) return success(account);
  if ([...request.query.values()].includes('')) {
    if (isSignatureOf(stringToSign(request, accountName, false), account, signature)) return success(account);
  }
  return denied(
    'The MAC signature found in the HTTP request is not the same as any computed signature. ' +
      `Server used following string to sign: '${text}'.`,
  );
}

function isSignatureOf(text: string, account: KeyedAccount, signature: Buffer): boolean {
  return secretKeysOf(account).some((key) => {
    const expected = createHmac('sha256', key).update(text, 'utf8').digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  });
}

/** Made once an account: making them for every request costs more than the digest itself. */
const secretKeys = new WeakMap<KeyedAccount, readonly KeyObject[]>();

function secretKeysOf(account: KeyedAccount): readonly KeyObject[] {
  let keys = secretKeys.get(account);
  if (keys === undefined) {
    const texts = account.key2 === undefined ? [account.key] : [account.key, account.key2];
    keys = texts.map((text) => createSecretKey(Buffer.from(text, 'base64')));
    secretKeys.set(account, keys);
  }
  return keys;
}

/** What is wrong with the request's date, if anything. */
function checkDate(request: WireRequest, clock: Clock): string | undefined {
  const text = headerOf(request.headers, 'ocp-date') ?? headerOf(request.headers, 'date');
  if (text === undefined) return 'The request has neither an ocp-date nor a Date header.';
  const date = parseHttpDate(text);
  if (date === undefined) return `The date '${text}' of the request is not an HTTP date.`;
  const skew = Math.abs(clock.now() - date);
  return skew <= MAX_SKEW ? undefined : `The date '${text}' of the request is not within 15 minutes of the server's.`;
}

/** The service's 403 with the detail that it gives to the client (wire-facts 1.6, 2.2). */
export function denied(detail: string): { readonly ok: false; readonly fault: WireFault } {
  return refusal(wireFault('AuthenticationFailed', { AuthenticationErrorDetail: detail }));
}
