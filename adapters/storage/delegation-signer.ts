/**
 * Signs with a user delegation key, which the service gives to whoever is signed in by Microsoft Entra: no key of the
 * account is needed, and a SAS can do no more than that identity. A key lives for seven days at most, and so does a SAS.
 */
import { generateBlobSASQueryParameters } from '@azure/storage-blob';
import type { BlobServiceClient, UserDelegationKey } from '@azure/storage-blob';
import { duration } from '../../core/index.ts';
import type { CallOptions, Instant, SasRequest } from '../../core/index.ts';
import { sasValues } from './signer.ts';
import type { SasSigner } from './signer.ts';

/** A key that serves the SAS of a day's runs; one that leaks does less harm than one of seven days. */
const usualLifetimeMs = duration.days(1);
const longestLifetimeMs = duration.days(7);
/** The service's clock may be behind ours, and would refuse a key that starts in its future. */
const skewMs = duration.minutes(5);

interface CurrentKey {
  readonly key: Promise<UserDelegationKey>;
  readonly expiresAt: Instant;
}

export interface DelegationAccount {
  readonly name: string;
  readonly blobEndpoint: string;
  readonly service: Pick<BlobServiceClient, 'getUserDelegationKey'>;
  /** This machine's time. */
  readonly now: () => Instant;
}

export class DelegationSigner implements SasSigner {
  readonly #account: DelegationAccount;
  #current: CurrentKey | undefined;

  constructor(account: DelegationAccount) {
    this.#account = account;
  }

  /** A SAS that was asked for longer than a key can live ends with its key. Rejects with the SDK's error. */
  async sign(request: SasRequest, { signal }: CallOptions = {}): Promise<string> {
    const current = this.#keyFor(request.expiresAt, signal);
    const key = await current.key;
    const expiresAt = Math.min(request.expiresAt, key.signedExpiresOn.getTime());
    const values = sasValues({ ...request, expiresAt }, this.#account.blobEndpoint);
    return generateBlobSASQueryParameters(values, key, this.#account.name).toString();
  }

  /** The key at hand while it outlives what is to be signed; SAS that are asked for together share one request. */
  #keyFor(expiresAt: Instant, signal: AbortSignal | undefined): CurrentKey {
    const now = this.#account.now();
    const latest = now + longestLifetimeMs - skewMs;
    // A SAS beyond the longest life of a key takes what there is, as long as that is nearly a whole life.
    const needed = Math.min(expiresAt, latest - duration.hours(1));
    if (this.#current !== undefined && this.#current.expiresAt >= needed && this.#current.expiresAt > now + skewMs) {
      return this.#current;
    }
    const until = Math.min(Math.max(now + usualLifetimeMs, expiresAt), latest);
    const asked: CurrentKey = { key: this.#ask(now - skewMs, until, signal), expiresAt: until };
    this.#current = asked;
    asked.key.catch(() => {
      if (this.#current === asked) this.#current = undefined;
    });
    return asked;
  }

  #ask(startsAt: Instant, expiresAt: Instant, signal: AbortSignal | undefined): Promise<UserDelegationKey> {
    const options = signal === undefined ? {} : { abortSignal: signal };
    return this.#account.service.getUserDelegationKey(new Date(startsAt), new Date(expiresAt), options);
  }
}
