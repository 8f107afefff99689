/** Finds the SAS that was too old behind a failed download: the service itself says only that access was denied. */
import type { Instant } from '../kernel/index.ts';
import type { Problem } from '../model/problem.ts';

/** `the SAS expired at …` when a URL among the problem's details holds one that had expired by `now`. */
export function expiredSas(problem: Problem | undefined, now: Instant): string | undefined {
  const expiries = (problem?.details ?? []).map(({ value }) => expiryOf(value));
  const expiry = expiries.find((at) => at !== undefined && at <= now);
  return expiry === undefined ? undefined : `the SAS expired at ${new Date(expiry).toISOString()}`;
}

/** When the SAS of a URL expires (its parameter `se`); undefined for any other text. */
function expiryOf(value: string): Instant | undefined {
  const expiry = URL.parse(value)?.searchParams.get('se');
  if (expiry === null || expiry === undefined) return undefined;
  const at = Date.parse(expiry);
  return Number.isNaN(at) ? undefined : at;
}
