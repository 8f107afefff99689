/**
 * The users that tasks run as (batch-semantics 10.4). Where the agent is root in a container it writes the
 * account files itself, because bare images have no `useradd`; elsewhere only the names are Azure's.
 */
import { appendFileSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import type { RunSpec } from '../../engine/index.ts';

export interface TaskUser {
  /** As `AZ_BATCH_TASK_USER` shows it. */
  readonly name: string;
  /** Whose process it is; absent when users are not switched. */
  readonly ids?: { readonly uid: number; readonly gid: number };
}

export interface AccountRequest {
  readonly name: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly admin: boolean;
}

export interface Users {
  /** The run's user, or undefined when its pool has no user of that name. */
  userOf(run: RunSpec): TaskUser | undefined;
}

const POOL_AUTO_USER = '_azbatch';
const START_TASK_USER = '_azbatchtask_start';
const FIRST_UID = 1000;
const LAST_UID = 59_999;

/**
 * The group by which the server reaches what switched users make below the root: that of the root directory,
 * which the server made. Undefined when the server is root, and nothing is closed to it. In a user namespace
 * the root that we see is somebody else outside.
 */
export function groupForServer(root: string): number | undefined {
  const { uid, gid } = statSync(root);
  return uid === 0 && isRealRoot() ? undefined : gid;
}

function isRealRoot(): boolean {
  try {
    return /^\s*0\s+0\s/.test(readFileSync('/proc/self/uid_map', 'utf8'));
  } catch {
    return true;
  }
}

/** Names alone: every run is the agent's own user. */
export function namesOnly(accounts: readonly AccountRequest[]): Users {
  let taskUsers = 0;
  const names = new Set(accounts.map(({ name }) => name));
  return {
    userOf: ({ kind, user }) => {
      // Nobody is switched to, so an unknown name does no harm when the node was told of none at all.
      if (user.kind === 'named') return names.size === 0 || names.has(user.name) ? { name: user.name } : undefined;
      if (user.scope === 'pool') return { name: POOL_AUTO_USER };
      return { name: kind === 'startTask' ? START_TASK_USER : `_azbatchtask_${(taskUsers += 1)}` };
    },
  };
}

/** Users of the system, made when first needed in the account files of `etc`. Admins run as root. */
export class SystemUsers implements Users {
  readonly #etc: string;
  readonly #ids = new Map<string, { readonly uid: number; readonly gid: number }>();
  readonly #usedUids = new Set<number>();
  readonly #usedGids = new Set<number>();
  readonly #named: ReadonlySet<string>;
  #taskUsers = 0;

  /** Throws the file system's error when an account cannot be written. */
  constructor(accounts: readonly AccountRequest[], etc = '/etc') {
    this.#etc = etc;
    for (const [name = '', , uid, gid] of this.#records('passwd')) {
      this.#ids.set(name, { uid: Number(uid), gid: Number(gid) });
      this.#usedUids.add(Number(uid));
    }
    for (const [, , gid] of this.#records('group')) this.#usedGids.add(Number(gid));
    for (const account of accounts) this.#ensure(account);
    this.#ensure({ name: POOL_AUTO_USER });
    this.#named = new Set(accounts.map(({ name }) => name));
  }

  userOf(run: RunSpec): TaskUser | undefined {
    const { user } = run;
    if (user.kind === 'named' && !this.#named.has(user.name)) return undefined;
    const name = user.kind === 'named' ? user.name : this.#autoUserName(run.kind, user.scope);
    return { name, ids: user.admin ? { uid: 0, gid: 0 } : this.#ensure({ name }) };
  }

  #autoUserName(kind: RunSpec['kind'], scope: 'task' | 'pool'): string {
    if (scope === 'pool') return POOL_AUTO_USER;
    if (kind === 'startTask') return START_TASK_USER;
    // A name of a stopped agent's time owns files of a task that may still be there.
    do this.#taskUsers += 1;
    while (this.#ids.has(`_azbatchtask_${this.#taskUsers}`));
    return `_azbatchtask_${this.#taskUsers}`;
  }

  #ensure({ name, ...wanted }: Omit<AccountRequest, 'admin'>): { readonly uid: number; readonly gid: number } {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const uid = wanted.uid ?? freeNumber(this.#usedUids);
    const gid = wanted.gid ?? (this.#usedGids.has(uid) ? freeNumber(this.#usedGids) : uid);
    const home = `/home/${name}`;
    const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
    this.#append('passwd', `${name}:x:${uid}:${gid}:Batch user:${home}:${shell}`);
    if (!this.#usedGids.has(gid)) this.#append('group', `${name}:x:${gid}:`);
    // No password opens the account; the file may be missing on minimal images.
    if (existsSync(posix.join(this.#etc, 'shadow'))) this.#append('shadow', `${name}:*:19000:0:99999:7:::`);
    this.#usedUids.add(uid);
    this.#usedGids.add(gid);
    const ids = { uid, gid };
    this.#ids.set(name, ids);
    if (this.#etc === '/etc' && !name.startsWith('_azbatchtask_')) makeHome(home, ids);
    return ids;
  }

  #records(file: string): readonly (readonly string[])[] {
    const path = posix.join(this.#etc, file);
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line.includes(':')).map((line) => line.split(':'));
  }

  #append(file: string, line: string): void {
    const path = posix.join(this.#etc, file);
    const endsInLine = !existsSync(path) || /(^|\n)$/.test(readFileSync(path, 'utf8'));
    appendFileSync(path, `${endsInLine ? '' : '\n'}${line}\n`);
  }
}

function makeHome(home: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  mkdirSync(home, { recursive: true, mode: 0o750 });
  chownSync(home, uid, gid);
}

function freeNumber(used: ReadonlySet<number>): number {
  for (let number = FIRST_UID; number <= LAST_UID; number += 1) if (!used.has(number)) return number;
  throw new Error(`every user number from ${FIRST_UID} to ${LAST_UID} is taken`);
}
