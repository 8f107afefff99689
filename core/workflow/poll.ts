/** Asking again until something is so. */
import { FaultError, isFault, sleep } from '../kernel/index.ts';
import type { Instant, Milliseconds } from '../kernel/index.ts';
import type { Workflow } from './workflow.ts';

const shortestPauseMs = 50;
const longestPauseMs = 5_000;

/**
 * How long to wait before the next question: a sixteenth of the time already waited. What happens at once is seen at once,
 * what takes minutes is asked every few seconds, and nothing is noticed later than by a sixteenth of what it took.
 */
export function pauseAfter(waited: Milliseconds): Milliseconds {
  return Math.min(longestPauseMs, Math.max(shortestPauseMs, waited / 16));
}

/**
 * Calls `ask` until it answers something else than undefined, and resolves with that; undefined when `deadline` passes
 * first. Rejects with the code `cancelled` when the workflow is interrupted.
 */
export async function poll<T>(
  workflow: Pick<Workflow, 'clock' | 'signal'>,
  ask: () => Promise<T | undefined>,
  deadline: Instant = Infinity,
): Promise<T | undefined> {
  const start = workflow.clock.now();
  for (;;) {
    assertNotInterrupted(workflow.signal);
    const answer = await ask();
    if (answer !== undefined) return answer;
    const now = workflow.clock.now();
    if (now >= deadline) return undefined;
    await pause(workflow, Math.min(pauseAfter(now - start), deadline - now));
  }
}

async function pause(workflow: Pick<Workflow, 'clock' | 'signal'>, duration: Milliseconds): Promise<void> {
  try {
    await sleep(workflow.clock, duration, workflow.signal);
  } catch (error) {
    assertNotInterrupted(workflow.signal);
    throw error;
  }
}

/** Throws the fault `cancelled` when the signal is aborted. */
export function assertNotInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  if (isFault(signal.reason)) throw signal.reason;
  throw new FaultError({ code: 'cancelled', message: 'Interrupted.' });
}
