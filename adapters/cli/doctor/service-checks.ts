/** What the doctor asks a service: whether it answers, what time it has, who it takes us for, and what it offers. */
import { chooseImage, count, describeDuration, isFault } from '../../../core/index.ts';
import type { Clock, Fault, Pool } from '../../../core/index.ts';
import { coresOf } from '../../../emulator/engine/index.ts';
import type { Footprint, PlannedPool } from '../../../scenarios/index.ts';
import type { Accounts } from '../../composition/index.ts';
import { faultOf } from '../fault-of.ts';
import type { Check } from './check.ts';
import { fail, ok, warn } from './check.ts';
import { probe } from './probe.ts';

/** Requests whose date is further off are refused (wire-facts 1.5). */
const REFUSED_SKEW_MS = 15 * 60_000;
const NOTED_SKEW_MS = 60_000;
/** Somebody who hears of the end of an image this long before it can still move to the next. */
const END_IS_NEAR_MS = 90 * 24 * 3_600_000;

export interface Answer {
  readonly check: Check;
  /** The service's clock minus ours, in ms, to the second; absent when it gave no date. */
  readonly skewMs?: number;
}

/** Asks without credentials: any answer will do, a refusal as well. */
export async function checkEndpoint(name: string, endpoint: string, now: () => number): Promise<Answer> {
  try {
    const asked = now();
    const { date } = await probe(endpoint);
    const answered = now();
    const check = ok(name, `${endpoint} answers within ${describeDuration(answered - asked)}`);
    return date === undefined ? { check } : { check, skewMs: date - (asked + answered) / 2 };
  } catch (error) {
    const remedy = 'Check the endpoint, the network, a proxy (HTTPS_PROXY) and, for an emulator, that it is running.';
    return {
      check: fail(
        name,
        `${endpoint} does not answer (${error instanceof Error ? error.message : String(error)})`,
        remedy,
      ),
    };
  }
}

/** A header's date has no fraction, so less than a second is nothing. */
export function checkClock(answers: readonly Answer[]): Check {
  const skews = answers.flatMap(({ skewMs }) => (skewMs === undefined ? [] : [skewMs]));
  if (skews.length === 0) {
    return warn('Clock', 'no service told its time', 'Compare the clock of this machine with another one.');
  }
  const largest = skews.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most));
  const seconds = Math.round(Math.abs(largest) / 1000);
  const text = `this machine is ${seconds} s ${largest > 0 ? 'behind' : 'ahead of'} the service`;
  const remedy = 'Set the clock of this machine, by NTP for example.';
  if (Math.abs(largest) > REFUSED_SKEW_MS) return fail('Clock', `${text}, which refuses more than 900`, remedy);
  if (Math.abs(largest) > NOTED_SKEW_MS) return warn('Clock', text, remedy);
  return ok('Clock', seconds < 2 ? 'that of the service' : text);
}

/** The pools are what proves the credentials, and what the next check counts. */
export async function checkBatchCredentials({
  batch,
}: Accounts): Promise<{ readonly check: Check; readonly pools?: readonly Pool[] }> {
  const name = 'Batch credentials';
  try {
    const pools = await Array.fromAsync(batch.pools.list());
    return { check: ok(name, `accepted; the account has ${count(pools.length, 'pool')}`), pools };
  } catch (error) {
    return { check: refused(name, faultOf(error)) };
  }
}

export async function checkStorageCredentials({ storage }: Accounts, now: () => number): Promise<Check> {
  const name = 'Storage credentials';
  const { name: account } = storage.account;
  try {
    // The first page tells; an account may have thousands.
    for await (const _ of storage.containers()) break;
    // With Entra this asks for the key that signs, which is a right of its own.
    await storage.sasUrl({ container: 'doctor', permissions: ['read'], expiresAt: now() + 60_000 });
    return ok(name, `accepted by account ${account}, which lets us sign access for nodes`);
  } catch (error) {
    return refused(name, faultOf(error));
  }
}

function refused(name: string, { code, message }: Fault): Check {
  const remedy =
    code === 'denied'
      ? 'Correct the credentials: `batchrite config` shows where each value comes from.'
      : 'Make the service reachable, then ask again.';
  return fail(name, message, remedy);
}

export interface QuotaQuestion {
  readonly footprint: Footprint;
  readonly pools: readonly Pool[];
  /** What the account is allowed, where that is known: of an emulator. */
  readonly limits?: { readonly dedicatedCores: number; readonly pools: number };
}

/** The service's own interface does not tell an account's quotas; the pools tell when one was reached. */
export function checkQuota({ footprint, pools, limits }: QuotaQuestion): Check {
  const needed = footprint.pools.reduce((sum, pool) => sum + coresOf(pool.vmSize) * pool.dedicatedNodes, 0);
  const used = pools.reduce((sum, pool) => sum + coresOf(pool.vmSize) * pool.targetDedicatedNodes, 0);
  const text = `the run needs ${count(needed, 'dedicated core')} and ${count(footprint.pools.length, 'pool')}; ${used} and ${pools.length} are taken`;
  if (limits !== undefined) {
    const fits = used + needed <= limits.dedicatedCores && pools.length + footprint.pools.length <= limits.pools;
    const allowed = `${text} of ${limits.dedicatedCores} and ${limits.pools}`;
    return fits ? ok('Quota', allowed) : fail('Quota', allowed, 'Delete pools that nobody uses.');
  }
  const starved = pools.find((pool) => pool.resizeErrors.some(({ code }) => /quota/i.test(code)));
  if (starved !== undefined) {
    return fail(
      'Quota',
      `${text}; pool ${starved.id} did not get its nodes for lack of quota`,
      "Delete pools that nobody uses, or ask for more quota: the account's page Quotas in the portal.",
    );
  }
  return warn(
    'Quota',
    `${text}; only the management plane (ARM) tells what is allowed`,
    `See that the account's page Quotas in the portal allows ${needed} more dedicated cores of the series of ${sizesOf(footprint)}.`,
  );
}

function sizesOf({ pools }: Footprint): string {
  return [...new Set(pools.map(({ vmSize }) => vmSize))].join(', ');
}

export async function checkImage({ batch }: Accounts, { image }: PlannedPool, clock: Clock): Promise<Check> {
  const name = 'Image';
  const title = `${image.publisher} ${image.offer} ${image.sku}`;
  try {
    const chosen = await chooseImage({ batch, clock }, image);
    const end = await endOfSupport(batch, chosen.image);
    if (end === undefined) return ok(name, `${title} is supported, by ${chosen.nodeAgentSkuId}`);
    const day = new Date(end).toISOString().slice(0, 10);
    const isNear = end - clock.now() < END_IS_NEAR_MS;
    const remedy = 'Move to a newer image soon: `az batch pool supported-images list` shows them.';
    return isNear
      ? warn(name, `${title} is supported until ${day} only`, remedy)
      : ok(name, `${title} is supported until ${day}`);
  } catch (error) {
    if (!isFault(error, 'notFound')) return refused(name, faultOf(error));
    return fail(name, error.message, 'Choose an image that the service still supports.');
  }
}

async function endOfSupport(
  batch: Accounts['batch'],
  image: Awaited<ReturnType<typeof chooseImage>>['image'],
): Promise<number | undefined> {
  for await (const each of batch.images.list()) {
    const isSame = (['publisher', 'offer', 'sku', 'version'] as const).every(
      (part) => each.image[part] === image[part],
    );
    if (isSame) return each.endOfSupportAt;
  }
  return undefined;
}
