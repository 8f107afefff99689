/** Operations on what belongs to the account as a whole: images, node counts, applications, certificates. */
import { success } from '../../../core/kernel/index.ts';
import type { ListQuery, Opaque, Page, PoolResource } from '../../engine/index.ts';
import type { Certificate, CertificateName } from '../account/certificates.ts';
import { certificateSegment } from '../account/certificates.ts';
import type { ServedAccount } from '../account/served-account.ts';
import type { Handlers } from '../operations/handler.ts';
import type { OperationOf } from '../operations/operation-id.ts';
import { empty, page, resource } from './replies.ts';

export const accountHandlers: Handlers<OperationOf<'Account'>> = {
  Account_ListSupportedImages: async ({ account, page: query }) => {
    const images = await account.engine.catalog.supportedImages();
    return images.ok ? success({ kind: 'page', ...pageOf(images.value, query) }) : images;
  },
  Account_ListPoolNodeCounts: async ({ account, page: query }) => page(await account.engine.pools.nodeCounts(query)),
};

export const applicationHandlers: Handlers<OperationOf<'Application'>> = {
  Application_List: async ({ account, page: query }) => page(await account.engine.catalog.applications(query)),
  Application_Get: async ({ account, parameters }) =>
    resource(await account.engine.catalog.application(parameters.applicationId)),
};

export const certificateHandlers: Handlers<OperationOf<'Certificate'>> = {
  Certificate_Add: ({ account, body, baseUrl }) => {
    const added = account.certificates.add(body);
    if (!added.ok) return added;
    // Capitalised keys here, lower-case ones in the resource's own url (wire-facts 3.9).
    const { thumbprintAlgorithm, thumbprint } = added.value;
    const key = `certificates(ThumbprintAlgorithm=${thumbprintAlgorithm},Thumbprint=${thumbprint})`;
    return success({ kind: 'empty', location: `${baseUrl}/${key}` });
  },
  Certificate_List: ({ account, page: query, baseUrl }) => {
    const { items, next } = account.certificates.list(query);
    const shown = items.map((certificate) => withUrl(certificate, baseUrl));
    return success({ kind: 'page', items: shown, ...(next === undefined ? {} : { next }) });
  },
  Certificate_Get: ({ account, parameters, baseUrl }) => {
    const found = account.certificates.get(parameters);
    return found.ok ? success({ kind: 'resource', value: withUrl(found.value, baseUrl) }) : found;
  },
  Certificate_Delete: async ({ account, parameters }) => {
    const deleted = account.certificates.delete(parameters, await poolsUsing(account, parameters));
    return deleted.ok ? empty(deleted) : deleted;
  },
  Certificate_CancelDeletion: ({ account, parameters }) => {
    const cancelled = account.certificates.cancelDeletion(parameters);
    return cancelled.ok ? empty(cancelled) : cancelled;
  },
};

function withUrl(certificate: Certificate, baseUrl: string): object {
  return { ...certificate, url: `${baseUrl}/${certificateSegment(certificate)}` };
}

async function poolsUsing(account: ServedAccount, name: CertificateName): Promise<readonly string[]> {
  const isNamed = (reference: Opaque): boolean =>
    String(reference['thumbprint']).toLowerCase() === name.thumbprint.toLowerCase();
  const pools = await account.engine.pools.list({
    limit: 1000,
    where: (pool: PoolResource) => pool.certificateReferences?.some(isNamed) === true,
  });
  return pools.ok ? pools.value.items.map((pool) => pool.id) : [];
}

/** Pages of a list that never changes: the token is the position. */
function pageOf(all: readonly object[], { limit, after = '0', where }: ListQuery<object>): Page<object> {
  const items: object[] = [];
  for (let index = Number(after) || 0; index < all.length; index += 1) {
    const item = all[index];
    if (item !== undefined && (where?.(item) ?? true)) items.push(item);
    if (items.length === limit && index + 1 < all.length) return { items, next: String(index + 1) };
  }
  return { items };
}
