/** Operations on pools (wire-facts 3.1). */
import { success } from '../../../core/kernel/index.ts';
import type { Opaque } from '../../engine/index.ts';
import type { ServedAccount } from '../account/served-account.ts';
import { zeroPoolStatistics } from '../account/statistics.ts';
import type { Handlers } from '../operations/handler.ts';
import type { OperationOf } from '../operations/operation-id.ts';
import { created, page, refuse, resource, stamped } from './replies.ts';

export const poolHandlers: Handlers<OperationOf<'Pool'>> = {
  Pool_Add: async ({ account, body, baseUrl }) =>
    unknownCertificates(account, body) ?? created(await account.engine.pools.add(body), `${baseUrl}/pools/${body.id}`),
  Pool_List: async ({ account, page: query }) => page(await account.engine.pools.list(query)),
  Pool_Get: async ({ account, parameters, precondition }) =>
    resource(await account.engine.pools.get(parameters.poolId, precondition)),
  Pool_Exists: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.pools.get(parameters.poolId, precondition)),
  Pool_Patch: async ({ account, parameters, body, precondition }) =>
    unknownCertificates(account, body) ??
    stamped(await account.engine.pools.patch(parameters.poolId, body, precondition)),
  Pool_UpdateProperties: async ({ account, parameters, body }) =>
    unknownCertificates(account, body) ?? stamped(await account.engine.pools.updateProperties(parameters.poolId, body)),
  Pool_Delete: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.pools.delete(parameters.poolId, precondition)),
  Pool_Resize: async ({ account, parameters, body, precondition }) =>
    stamped(await account.engine.pools.resize(parameters.poolId, body, precondition)),
  Pool_StopResize: async ({ account, parameters, precondition }) =>
    stamped(await account.engine.pools.stopResize(parameters.poolId, precondition)),
  Pool_EnableAutoScale: async ({ account, parameters, body, precondition }) =>
    stamped(await account.engine.pools.enableAutoScale(parameters.poolId, body, precondition)),
  Pool_DisableAutoScale: async ({ account, parameters }) =>
    stamped(await account.engine.pools.disableAutoScale(parameters.poolId)),
  Pool_EvaluateAutoScale: async ({ account, parameters, body }) =>
    resource(await account.engine.pools.evaluateAutoScale(parameters.poolId, body.autoScaleFormula)),
  Pool_RemoveNodes: async ({ account, parameters, body, precondition }) =>
    stamped(await account.engine.pools.removeNodes(parameters.poolId, body, precondition)),
  // Usually empty on the service too: usage is metered an hour later at the earliest (wire-facts 3.1).
  Pool_ListUsageMetrics: () => success({ kind: 'page', items: [] }),
  Pool_GetAllLifetimeStatistics: ({ account, baseUrl }) =>
    success({ kind: 'resource', value: zeroPoolStatistics(account.servedSince, `${baseUrl}/lifetimepoolstats`) }),
};

/** The refusal of references to certificates that the account does not have (wire-facts 2.2), if there are any. */
function unknownCertificates(
  account: ServedAccount,
  { certificateReferences = [] }: { readonly certificateReferences?: readonly Opaque[] },
): ReturnType<typeof refuse> | undefined {
  const missing: Record<string, string> = {};
  for (const { thumbprintAlgorithm, thumbprint } of certificateReferences) {
    const name = { thumbprintAlgorithm: String(thumbprintAlgorithm), thumbprint: String(thumbprint) };
    if (account.certificates.get(name).ok) continue;
    missing[`${name.thumbprintAlgorithm}-${name.thumbprint}`] = 'The specified certificate does not exist.';
  }
  return Object.keys(missing).length === 0 ? undefined : refuse('InvalidCertificateReferences', missing);
}
