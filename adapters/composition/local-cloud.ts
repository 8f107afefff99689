/** The cloud on this machine that scenarios run on: a service with its storage. */
import type { Azurite } from '../azurite/index.ts';
import type { RuntimeChoice } from './choose-runtime.ts';
import { type LocalService, type LocalServiceOptions, startLocalService } from './local-service.ts';

export interface LocalCloudOptions extends Omit<LocalServiceOptions, 'runtime' | 'storage'> {
  readonly runtime: RuntimeChoice;
}

export interface LocalCloud extends LocalService {
  readonly azurite: Azurite;
}

/** Rejects with a `FaultError` when a part cannot start; the other parts are stopped first. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { azurite, ...service } = await startLocalService({ ...options, storage: true });
  if (azurite === undefined) throw new Error('a service with storage has an Azurite');
  return { ...service, azurite };
}
