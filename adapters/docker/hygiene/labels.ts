/** The labels on every container and network that we make. */
import { identityLabel, serverIdentity } from './server-identity.ts';

export const RUN_LABEL = 'batchrite.run';
export const SERVER_LABEL = 'batchrite.server';
export const POOL_LABEL = 'batchrite.pool';
export const NODE_LABEL = 'batchrite.node';
export const TASK_LABEL = 'batchrite.task';

export type Labels = { readonly [name: string]: string };

/** Of everything of one server's run. */
export function runLabels(run: string): Labels {
  return { [RUN_LABEL]: run, [SERVER_LABEL]: identityLabel(serverIdentity()) };
}
