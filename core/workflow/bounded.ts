/** Work on many items at a time, but not on all of them. */
import { assertNotInterrupted } from './poll.ts';

/**
 * Calls `work` for every item, for at most `limit` of them at a time, and resolves with the results in the items' order.
 * The first failure stops new work, and rejects once the work under way has ended.
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal | undefined },
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        assertNotInterrupted(signal);
        results[index] = await work(item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
  return results;
}

/** As `Promise.all` of two, but rejects only once both have ended: nothing goes on behind a clean-up. */
export async function together<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}
