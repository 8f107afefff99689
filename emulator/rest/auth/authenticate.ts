/** Who sends a request, by its Authorization header: an account's key, a user's token, or a task's token for its own job (wire-facts 1.5, 1.6). */
import type { Clock, Outcome } from '../../../core/kernel/index.ts';
import { refusal, success } from '../../../core/kernel/index.ts';
import type { TaskTokenSubject } from '../../engine/index.ts';
import type { ServedAccount } from '../account/served-account.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { wireFault } from '../errors/wire-fault.ts';
import type { WireRequest } from '../http/wire-request.ts';
import { headerOf } from '../http/wire-request.ts';
import { problemOf } from './bearer.ts';
import { accountNameOf } from './host-account.ts';
import { parseToken } from './json-web-token.ts';
import { checkSharedKey, denied } from './shared-key.ts';
import type { TaskTokenAuthority } from './task-tokens.ts';

export interface Caller {
  readonly account: ServedAccount;
  /** The task whose token it is: its job is all that the caller may touch. */
  readonly task?: TaskTokenSubject;
}

export interface AuthenticationOptions {
  /** By lower-case name. */
  readonly accounts: ReadonlyMap<string, ServedAccount>;
  /** The clock that credentials are dated by; without it their dates are not checked. */
  readonly credentialClock?: Clock;
  readonly taskTokens?: TaskTokenAuthority;
  /** Whether users' bearer tokens are taken. */
  readonly oauth: boolean;
}

export async function authenticate(
  request: WireRequest,
  options: AuthenticationOptions,
): Promise<Outcome<Caller, WireFault>> {
  const header = headerOf(request.headers, 'authorization');
  const token = header === undefined ? undefined : /^bearer +(\S+) *$/i.exec(header)?.[1];
  return token === undefined ? bySharedKey(request, options) : byToken(token, request, options);
}

function bySharedKey(request: WireRequest, options: AuthenticationOptions): Outcome<Caller, WireFault> {
  const { accounts, credentialClock: clock } = options;
  const account = checkSharedKey(request, { accounts, ...(clock === undefined ? {} : { clock }) });
  if (!account.ok) return account;
  const named = accounts.get(accountNameOf(headerOf(request.headers, 'host') ?? '', accounts) ?? '');
  if (named !== undefined && named !== account.value) {
    return denied(
      `The host name is that of account ${named.name}, the credential is of account ${account.value.name}.`,
    );
  }
  return success({ account: account.value });
}

async function byToken(
  token: string,
  request: WireRequest,
  options: AuthenticationOptions,
): Promise<Outcome<Caller, WireFault>> {
  const task = options.taskTokens?.read(token);
  if (task !== undefined) return byTaskToken(task, options);
  if (!options.oauth) return denied('The specified type of authentication Bearer is not allowed for this account.');
  const claims = parseToken(token)?.claims;
  if (claims === undefined) return refusal(wireFault('InvalidAuthenticationInfo'));
  const problem = problemOf(claims, options.credentialClock);
  return problem === undefined ? addressedAccount(request, options.accounts) : denied(problem);
}

/** The token ends with the job of its task. */
async function byTaskToken(
  task: TaskTokenSubject,
  { accounts }: AuthenticationOptions,
): Promise<Outcome<Caller, WireFault>> {
  const account = accounts.get(task.accountName.toLowerCase());
  const job = await account?.engine.jobs.get(task.jobId);
  if (account === undefined || job?.ok !== true || job.value.creationTime !== task.jobCreatedAt) {
    return denied('The job of the task that the token belongs to does not exist any more.');
  }
  if (job.value.state === 'completed') return denied('The job of the task that the token belongs to is completed.');
  return success({ account, task });
}

/** A user's token names no account, so the host does, unless there is only one. */
function addressedAccount(
  request: WireRequest,
  accounts: ReadonlyMap<string, ServedAccount>,
): Outcome<Caller, WireFault> {
  const name = accountNameOf(headerOf(request.headers, 'host') ?? '', accounts);
  const [only, another] = accounts.values();
  const account = name === undefined && another === undefined ? only : accounts.get(name ?? '');
  if (account !== undefined) return success({ account });
  return denied(
    name === undefined
      ? 'This server has several accounts: name one in the host, as in https://{account}.local.batch.localhost.'
      : `The specified account ${name.slice(0, 64)} is not known to this server.`,
  );
}

/** What a task's token allows: the operations of its own job, and no other (wire-facts 6). */
export function mayAct({ task }: Caller, parameters: Readonly<Record<string, string>>): boolean {
  return task === undefined || parameters['jobId']?.toLowerCase() === task.jobId.toLowerCase();
}
