/** Keeps the compiled form of what a command loads: compiling it again is the largest part of a start. */
import { enableCompileCache, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * For the modules that are imported from now on. The cache stands beside the packages, where whoever deletes them deletes
 * it too; where it cannot be written there is none.
 */
export function cacheCompiledModules(): void {
  const manifest = findPackageJSON('commander', import.meta.url);
  if (manifest !== undefined) enableCompileCache(join(dirname(dirname(manifest)), '.cache', 'batchrite'));
}
