/**
 * The account's certificates (wire-facts 3.9, 4.7). They are kept for the sake of the clients that manage them; nodes do
 * not install them. A certificate that a pool uses cannot be deleted: it becomes `deletefailed`.
 */
import type { Clock, Instant, Outcome } from '../../../core/kernel/index.ts';
import { refusal, success } from '../../../core/kernel/index.ts';
import type { ListQuery, Page } from '../../engine/index.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { wireFault } from '../errors/wire-fault.ts';

export interface CertificateAdd {
  readonly thumbprint: string;
  readonly thumbprintAlgorithm: string;
  readonly data: string;
  readonly certificateFormat?: 'pfx' | 'cer';
  readonly password?: string;
}

type CertificateState = 'active' | 'deleting' | 'deletefailed';

export interface Certificate {
  readonly thumbprint: string;
  readonly thumbprintAlgorithm: string;
  readonly state: CertificateState;
  readonly stateTransitionTime: Instant;
  readonly previousState?: CertificateState;
  readonly previousStateTransitionTime?: Instant;
  readonly publicData?: string;
  readonly deleteCertificateError?: {
    readonly code: string;
    readonly message: string;
    readonly values: readonly { readonly name: string; readonly value: string }[];
  };
}

export interface CertificateName {
  readonly thumbprintAlgorithm: string;
  readonly thumbprint: string;
}

/** SHA-1 is the only algorithm that the service knows. */
const THUMBPRINT = /^[0-9a-f]{40}$/i;

export class CertificateShelf {
  readonly #clock: Clock;
  readonly #byKey = new Map<string, Certificate>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(given: CertificateAdd): Outcome<Certificate, WireFault> {
    const problem = checkCertificate(given);
    if (problem !== undefined) return refusal(problem);
    if (this.#byKey.has(keyOf(given))) return refusal(wireFault('CertificateExists'));
    const certificate: Certificate = {
      thumbprint: given.thumbprint.toLowerCase(),
      thumbprintAlgorithm: given.thumbprintAlgorithm.toLowerCase(),
      state: 'active',
      stateTransitionTime: this.#clock.now(),
      // The public part of a pfx is locked behind its password; of a cer, all of it is public.
      ...(given.certificateFormat === 'cer' ? { publicData: given.data } : {}),
    };
    this.#byKey.set(keyOf(certificate), certificate);
    return success(certificate);
  }

  get(name: CertificateName): Outcome<Certificate, WireFault> {
    const certificate = this.#byKey.get(keyOf(name));
    return certificate === undefined ? refusal(wireFault('CertificateNotFound')) : success(certificate);
  }

  list(query: ListQuery<Certificate>): Page<Certificate> {
    const { limit, after = '', where } = query;
    const keys = [...this.#byKey.keys()].filter((key) => key > after).toSorted();
    const items: Certificate[] = [];
    for (const [index, key] of keys.entries()) {
      const certificate = this.#byKey.get(key);
      if (certificate !== undefined && (where?.(certificate) ?? true)) items.push(certificate);
      if (items.length === limit && index < keys.length - 1) return { items, next: key };
    }
    return { items };
  }

  /** Deletes it, or marks it `deletefailed` when `poolIds` still use it. */
  delete(name: CertificateName, poolIds: readonly string[]): Outcome<void, WireFault> {
    const found = this.get(name);
    if (!found.ok) return found;
    if (poolIds.length === 0) {
      this.#byKey.delete(keyOf(name));
      return success(undefined);
    }
    this.#change(found.value, 'deletefailed', {
      deleteCertificateError: {
        code: 'CertificatesInUse',
        message: 'The specified certificate is being used by the below mentioned pool(s)',
        values: [{ name: 'Pools', value: poolIds.join(',') }],
      },
    });
    return success(undefined);
  }

  /** Makes a `deletefailed` certificate active again. */
  cancelDeletion(name: CertificateName): Outcome<void, WireFault> {
    const found = this.get(name);
    if (!found.ok) return found;
    if (found.value.state === 'active') return refusal(wireFault('CertificateStateActive'));
    this.#change(found.value, 'active', {});
    return success(undefined);
  }

  clear(): void {
    this.#byKey.clear();
  }

  #change(certificate: Certificate, state: CertificateState, more: Pick<Certificate, 'deleteCertificateError'>): void {
    const { deleteCertificateError: _, ...rest } = certificate;
    this.#byKey.set(keyOf(certificate), {
      ...rest,
      state,
      stateTransitionTime: this.#clock.now(),
      previousState: certificate.state,
      previousStateTransitionTime: certificate.stateTransitionTime,
      ...more,
    });
  }
}

/** `certificates(thumbprintAlgorithm=sha1,thumbprint=…)`, the resource's segment in URLs. */
export function certificateSegment({ thumbprintAlgorithm, thumbprint }: CertificateName): string {
  return `certificates(thumbprintAlgorithm=${thumbprintAlgorithm},thumbprint=${thumbprint})`;
}

function keyOf({ thumbprintAlgorithm, thumbprint }: CertificateName): string {
  return `${thumbprintAlgorithm}-${thumbprint}`.toLowerCase();
}

function checkCertificate(given: CertificateAdd): WireFault | undefined {
  if (given.thumbprintAlgorithm.toLowerCase() !== 'sha1') {
    return invalid('thumbprintAlgorithm', given.thumbprintAlgorithm, 'The algorithm must be sha1.');
  }
  if (!THUMBPRINT.test(given.thumbprint)) {
    return invalid('thumbprint', given.thumbprint, 'A SHA-1 thumbprint has 40 hexadecimal digits.');
  }
  if (!/^[A-Za-z0-9+/\s]+=*\s*$/.test(given.data)) {
    return wireFault('InvalidPropertyValue', { PropertyName: 'data', Reason: 'The certificate must be base64 text.' });
  }
  if (given.certificateFormat === 'cer' && given.password !== undefined) {
    return wireFault('InvalidPropertyValue', {
      PropertyName: 'password',
      Reason: 'A password can be given for a certificate in pfx format only.',
    });
  }
  return undefined;
}

function invalid(name: string, value: string, reason: string): WireFault {
  return wireFault('InvalidPropertyValue', { PropertyName: name, PropertyValue: value, Reason: reason });
}
