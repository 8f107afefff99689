/**
 * After a lost answer a repeated creation is told that the resource exists. Whether it is ours shows its creation time:
 * a resource that is older than our first attempt was somebody else's.
 */
import type { Instant } from '../../../core/kernel/index.ts';

/** Clocks further apart are refused by the service's authentication anyway (wire-facts 1.5). */
const CLOCK_SKEW_MS = 15 * 60_000;

export function wasCreatedSince(startedAt: Instant, createdAt: Date | undefined): boolean {
  return createdAt !== undefined && createdAt.getTime() >= startedAt - CLOCK_SKEW_MS;
}
