/**
 * Runs calls of the SDK: repeats what may succeed later, and turns every failure into a fault. A write whose answer was
 * lost is repeated too; the caller says which refusal of the repetition means that the first attempt had done the work.
 */
import type { Clock, FaultError, Milliseconds, RandomStream } from '../../../core/kernel/index.ts';
import { sleep } from '../../../core/kernel/index.ts';
import type { AzureBatchCredentials } from '../connection/credentials.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import type { Sdk, SdkCallOptions } from '../connection/sdk.ts';
import { withRemedy } from './denial.ts';
import { cancelled, faultOf, malformed } from './fault-of-error.ts';
import type { RetrySettings } from './retry-policy.ts';
import { backOff, judge } from './retry-policy.ts';

export type Operation<T> = (sdk: Sdk, options: SdkCallOptions) => Promise<T>;

export interface WriteSettings {
  readonly signal?: AbortSignal | undefined;
  /** Codes of the service that, after a lost answer, mean that the work is done. */
  readonly doneCodes: readonly string[];
  /** Looks closer when such a code alone does not prove it. */
  readonly isDone?: () => Promise<boolean>;
}

export interface BatchCallsSettings {
  readonly endpoint: Endpoint;
  /** What a remedy for a denial depends on. */
  readonly credentials: AzureBatchCredentials;
  /** Resolves with the client, which is made at the first call. */
  readonly sdk: () => Promise<Sdk>;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly retries: RetrySettings;
}

/** What the last attempt left behind for the next one to know. */
export interface Attempt {
  readonly number: number;
  /** Whether an earlier attempt may have done the work. */
  readonly isAnswerLost: boolean;
}

export class BatchCalls {
  readonly clock: Clock;
  readonly retries: RetrySettings;
  readonly #settings: BatchCallsSettings;

  constructor(settings: BatchCallsSettings) {
    this.#settings = settings;
    this.clock = settings.clock;
    this.retries = settings.retries;
  }

  /** A call that changes nothing. */
  read<T>(operation: Operation<T>, signal?: AbortSignal): Promise<T> {
    return this.attempt((sdk, options) => operation(sdk, options), signal);
  }

  async write(operation: Operation<unknown>, { signal, doneCodes, isDone }: WriteSettings): Promise<void> {
    await this.attempt(async (sdk, options, { isAnswerLost }) => {
      try {
        await operation(sdk, options);
      } catch (error) {
        const code = this.fault(error, signal).fault.service?.code ?? '';
        const mayBeDone = isAnswerLost && doneCodes.includes(code);
        if (!mayBeDone || (isDone !== undefined && !(await isDone()))) throw error;
      }
    }, signal);
  }

  /** Repeats `operation` while that may help. Rejects with a FaultError. */
  async attempt<T>(
    operation: (sdk: Sdk, options: SdkCallOptions, attempt: Attempt) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    let isAnswerLost = false;
    for (let number = 1; ; number += 1) {
      if (signal?.aborted === true) throw cancelled();
      try {
        const sdk = await this.#settings.sdk();
        return await operation(sdk, callOptions(signal), { number, isAnswerLost });
      } catch (error) {
        const fault = this.fault(error, signal);
        const verdict = judge(error, fault, this.clock.now(), this.#settings.endpoint.isLoopback);
        isAnswerLost ||= verdict.isAnswerLost;
        const pauseMs = verdict.pauseMs ?? this.backOff(number);
        const isLast = number >= this.retries.maxAttempts || pauseMs > this.retries.maxRetryAfterMs;
        if (!verdict.retry || isLast) throw fault;
        await this.pause(pauseMs, signal);
      }
    }
  }

  fault(error: unknown, signal?: AbortSignal): FaultError {
    const { endpoint, credentials } = this.#settings;
    return withRemedy(faultOf(error, endpoint.origin, signal), credentials);
  }

  malformed(reason: string): FaultError {
    return malformed(this.#settings.endpoint.origin, reason);
  }

  backOff(attempt: number): Milliseconds {
    return backOff(attempt, this.retries, this.#settings.random);
  }

  /** Rejects with `cancelled` when the signal is aborted first. */
  async pause(duration: Milliseconds, signal?: AbortSignal): Promise<void> {
    await sleep(this.clock, duration, signal).catch(() => {
      throw cancelled();
    });
  }

  /** The link of a next page, moved to our endpoint: a signed request goes nowhere else. */
  linkAtEndpoint(link: string): string {
    const { origin } = this.#settings.endpoint;
    const url = URL.parse(link, origin);
    if (url === null) throw this.malformed('a link to a next page is not a URL');
    return `${origin}${url.pathname}${url.search}`;
  }
}

function callOptions(signal: AbortSignal | undefined): SdkCallOptions {
  // The SDK only hands the signal on, to our HTTP client; its type wants more members than are used.
  return signal === undefined ? {} : { abortSignal: signal as unknown as NonNullable<SdkCallOptions['abortSignal']> };
}
