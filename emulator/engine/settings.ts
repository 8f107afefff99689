/** What can be chosen about an emulated account. The defaults make everything as fast as it can be. */
import type { Milliseconds } from '../../core/kernel/index.ts';

export interface EngineSettings {
  /** From the request of a resize to the first allocated node. */
  readonly allocationMs: Milliseconds;
  /** From a node's allocation, reboot or reimage until it can be ready. */
  readonly nodeStartupMs: Milliseconds;
  /** How long a stopped resize stays in state stopping. */
  readonly stopResizeMs: Milliseconds;
  /** The account's limits, checked with the service's outcomes (batch-semantics 12). */
  readonly quotas: Quotas;
  /** Stores what is not simulated, instead of refusing it by name. */
  readonly loose: boolean;
  /** The URL that tasks find in AZ_BATCH_ACCOUNT_URL; a function where it is known only after the start. */
  readonly accountUrl: string | (() => string);
}

export interface Quotas {
  readonly dedicatedCores: number;
  readonly lowPriorityCores: number;
  readonly pools: number;
  readonly activeJobsAndSchedules: number;
}

export const DEFAULT_SETTINGS: Omit<EngineSettings, 'accountUrl'> = {
  allocationMs: 0,
  nodeStartupMs: 0,
  stopResizeMs: 0,
  loose: false,
  quotas: { dedicatedCores: 500, lowPriorityCores: 500, pools: 100, activeJobsAndSchedules: 300 },
};
