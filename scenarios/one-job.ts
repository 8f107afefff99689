/** Stories of one job on one pool, with one container for what its tasks read and write: names, footprint, beginning. */
import { chooseImage, containerRemoval, ensureContainers, together } from '../core/index.ts';
import type { ChosenImage, CleanUp, ExitConditions, OutputFile } from '../core/index.ts';
import { image, poolOf } from './linux-nodes.ts';
import type { Footprint, ScenarioContext } from './scenario.ts';

export interface JobNames {
  readonly container: string;
  readonly poolId: string;
  readonly jobId: string;
}

/** `prefix` begins all of them; `contents` says what the container holds. */
export function jobNames(
  prefix: string,
  contents: string,
  { pool }: { readonly pool: string | undefined },
  runId: string,
): JobNames {
  return {
    container: `${prefix}-${contents}-${runId}`,
    poolId: pool ?? `${prefix}-pool-${runId}`,
    jobId: `${prefix}-job-${runId}`,
  };
}

export function jobFootprint({ container, poolId, jobId }: JobNames, { nodes }: { readonly nodes: number }): Footprint {
  return { pools: [poolOf(poolId, nodes)], jobs: [jobId], containers: [container] };
}

/** Makes the container, which is registered for the end before it may exist, while the image is chosen. */
export async function begin(context: ScenarioContext, { container }: JobNames, cleanUp: CleanUp): Promise<ChosenImage> {
  cleanUp.register(containerRemoval(context, container));
  const [chosen] = await together(chooseImage(context, image), ensureContainers(context, [container]));
  return chosen;
}

/** A failure of any kind ends the job: what depends on the task would wait for ever (batch-semantics 4). */
export const endJobOnFailure: ExitConditions = { default: { jobAction: 'terminate', dependencyAction: 'block' } };

/** One upload into the container of the URL, after a success. */
export function uploadInto(containerUrl: string, filePattern: string, path: string): readonly OutputFile[] {
  return [{ filePattern, containerUrl, path, uploadCondition: 'taskSuccess' }];
}
