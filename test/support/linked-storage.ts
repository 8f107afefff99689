/** A linked storage account in which there is nothing, for simulated nodes, which look at nothing; and packages that are "there". */
import type { ApplicationResource, LinkedStorage, RunningEngine } from '../../emulator/engine/index.ts';
import { value } from './simulated-account.ts';

/** Each URL differs from all before it, as signatures do. */
export function countedStorage(): LinkedStorage {
  let count = 0;
  const sign = (name: string): string => `http://storage.example/${name}?sig=${(count += 1)}`;
  return { containerUrl: sign, packageUrl: (blob) => sign(`packages/${blob}`) };
}

export async function addPackage(
  engine: RunningEngine,
  id: string,
  version: string,
  more: { readonly isDefault?: boolean } = {},
): Promise<ApplicationResource> {
  const { blob } = await value(engine.applications.announce(id, version));
  return (await value(engine.applications.activate(id, version, { blob, size: 1000, ...more }))).application;
}
