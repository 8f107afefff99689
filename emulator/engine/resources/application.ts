/** Applications as whoever manages them sees them. On Azure that is the management plane; here it is ours. */
import type { Instant } from '../../../core/kernel/index.ts';

export interface ApplicationPackageResource {
  readonly version: string;
  /** Only complete packages are kept, so none is ever pending. */
  readonly state: 'active';
  /** Bytes of the zip. */
  readonly size: number;
  readonly lastActivationTime: Instant;
}

export interface ApplicationResource {
  readonly id: string;
  readonly displayName?: string;
  /** What a reference without a version means when it is installed. */
  readonly defaultVersion?: string;
  /** Whether a package may be replaced under its version. */
  readonly allowUpdates: boolean;
  readonly packages: readonly ApplicationPackageResource[];
}

/** Members that are absent stay as they are; null takes the member away. */
export interface ApplicationChange {
  readonly displayName?: string | null;
  readonly defaultVersion?: string | null;
  readonly allowUpdates?: boolean;
}

/** A package whose zip has been put where `announce` said. */
export interface ActivatedPackage {
  readonly blob: string;
  /** Bytes. */
  readonly size: number;
  /** Makes it the default version of its application. */
  readonly isDefault?: boolean;
}
