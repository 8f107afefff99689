/**
 * Which failures of an attempt are worth another one, and after how long. The SDK's own policies are off: they wait
 * 3 to 90 seconds and repeat what can never succeed.
 */
import type { FaultError, Instant, Milliseconds, RandomStream } from '../../../core/kernel/index.ts';
import { TransportError } from '../connection/transport-error.ts';
import { headerOf } from './fault-of-error.ts';

export interface RetrySettings {
  /** Attempts in all; 1 never repeats. */
  readonly maxAttempts: number;
  /** The pause before the second attempt; it doubles with each further one. */
  readonly firstPauseMs: Milliseconds;
  readonly maxPauseMs: Milliseconds;
  /** A `Retry-After` beyond this is not waited for. */
  readonly maxRetryAfterMs: Milliseconds;
}

export const DEFAULT_RETRIES: RetrySettings = {
  maxAttempts: 6,
  firstPauseMs: 250,
  maxPauseMs: 10_000,
  maxRetryAfterMs: 120_000,
};

export interface Verdict {
  /** Whether the same request may succeed later. */
  readonly retry: boolean;
  /** Whether the service may have done what it was asked although it did not say so. */
  readonly isAnswerLost: boolean;
  /** The pause that the service asks for, or 0 where none is needed. */
  readonly pauseMs?: Milliseconds;
}

const STOP: Verdict = { retry: false, isAnswerLost: false };

/** 408, 429 and 5xx but for 501 and 505, as the official clients do (wire-facts 1.17). */
export function judge(error: unknown, fault: FaultError, now: Instant, isLoopback: boolean): Verdict {
  if (fault.fault.code === 'cancelled') return STOP;
  if (error instanceof TransportError) return judgeTransport(error, isLoopback);
  const status = fault.fault.service?.status ?? 0;
  const pauseMs = parseRetryAfter(headerOf(error, 'retry-after'), now);
  const pause = pauseMs === undefined ? {} : { pauseMs };
  if (status === 429 || status === 503) return { retry: true, isAnswerLost: false, ...pause };
  if (status === 408 || (status >= 500 && status !== 501 && status !== 505)) {
    return { retry: true, isAnswerLost: true, ...pause };
  }
  return STOP;
}

function judgeTransport(error: TransportError, isLoopback: boolean): Verdict {
  // Nobody listens on this machine: that does not change within seconds, and a person waits for the answer.
  if (error.problem === 'unreachable') return { retry: !isLoopback, isAnswerLost: false };
  if (error.problem !== 'lost') return STOP;
  // A server may close a kept-alive connection in the very moment it is used again.
  return { retry: true, isAnswerLost: true, ...(error.wasReused ? { pauseMs: 0 } : {}) };
}

/** Exponential, and somewhere in the upper half of its value so that clients do not come back together. */
export function backOff(attempt: number, settings: RetrySettings, random: RandomStream): Milliseconds {
  const full = Math.min(settings.maxPauseMs, settings.firstPauseMs * 2 ** (attempt - 1));
  return full * (0.5 + random.next() / 2);
}

/** Seconds or a date; undefined for anything else. */
function parseRetryAfter(text: string | undefined, now: Instant): Milliseconds | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
