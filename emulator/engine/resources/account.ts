/** What the service tells about an account: images, node agents, applications. */
import type { Instant } from '../../../core/kernel/index.ts';
import type { ImageReference } from './pool.ts';

export interface ImageInformation {
  readonly imageReference: Required<Pick<ImageReference, 'publisher' | 'offer' | 'sku' | 'version'>>;
  readonly verificationType: 'verified' | 'unverified';
  readonly nodeAgentSKUId: string;
  readonly capabilities?: readonly string[];
  readonly batchSupportEndOfLife?: Instant;
  readonly osType: 'linux' | 'windows';
}

export interface ApplicationSummary {
  readonly id: string;
  readonly displayName?: string;
  readonly versions: readonly string[];
}
