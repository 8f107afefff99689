/** What the nodes of most scenarios are: small, and of an image that every Batch account can use. */
import type { PlannedPool } from './scenario.ts';

/** The smallest of the general-purpose sizes with a temporary disk. */
export const vmSize = 'standard_d2s_v3';

/** What that size has. */
export const cores = 2;

export const image = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' } as const;

/** A pool of such nodes, for a footprint. */
export function poolOf(id: string, dedicatedNodes: number): PlannedPool {
  return { id, vmSize, image, dedicatedNodes };
}
