// Makes every bundle whose program exists, and says in a line which could not be made and why.
import { bundleNames, bundleSource, ensureFresh } from './ensure-bundle.ts';

/** Never rejects: gives the reasons, already printed, of what could not be made. */
export async function prepareBundles(): Promise<readonly string[]> {
  const results = await Promise.allSettled(bundleNames.map((name) => ensureFresh(bundleSource(name))));
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [reasonOf(result.reason)] : []));
  for (const reason of reasons) console.log(`batchrite: ${reason}`);
  return reasons;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
