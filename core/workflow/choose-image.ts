/** Finds the image of a pool, and the node agent that belongs to it, in the service's list. */
import { FaultError } from '../kernel/index.ts';
import type { ImageReference, SupportedImage } from '../model/image.ts';
import { callOptions } from './workflow.ts';
import type { Workflow } from './workflow.ts';

export interface ChosenImage {
  readonly image: ImageReference;
  readonly nodeAgentSkuId: string;
}

/**
 * The newest verified image with that publisher, offer and SKU (any case, as in Azure). Rejects with `notFound` and the
 * nearest images that there are.
 */
export async function chooseImage(
  workflow: Pick<Workflow, 'batch' | 'clock' | 'signal'>,
  wanted: Pick<ImageReference, 'publisher' | 'offer' | 'sku'>,
): Promise<ChosenImage> {
  const all = await Array.fromAsync(workflow.batch.images.list(callOptions(workflow)));
  const matching = all.filter((each) => closeness(each, wanted) === 3);
  const now = workflow.clock.now();
  const usable = matching.filter((each) => each.verified && (each.endOfSupportAt ?? Infinity) > now);
  const newest = usable.toSorted(byVersion).at(-1);
  if (newest !== undefined) return { image: newest.image, nodeAgentSkuId: newest.nodeAgentSkuId };
  const name = `${wanted.publisher} / ${wanted.offer} / ${wanted.sku}`;
  const reason =
    matching.length === 0
      ? `The service has no image ${name}.`
      : `The image ${name} cannot be used: ${matching.some((each) => each.verified) ? 'its support has ended' : 'the service has not verified it with a node agent'}.`;
  throw new FaultError({ code: 'notFound', message: `${reason} ${alternatives(all, wanted)}` });
}

/** How many of publisher, offer and SKU agree, in this order. */
function closeness({ image }: SupportedImage, wanted: Pick<ImageReference, 'publisher' | 'offer' | 'sku'>): number {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  if (!same(image.publisher, wanted.publisher)) return 0;
  if (!same(image.offer, wanted.offer)) return 1;
  return same(image.sku, wanted.sku) ? 3 : 2;
}

function alternatives(all: readonly SupportedImage[], wanted: ImageReference): string {
  const verified = all.filter((each) => each.verified);
  if (verified.length === 0) return 'Its list of verified images is empty.';
  const nearest = Math.max(...verified.map((each) => closeness(each, wanted)));
  const names = verified
    .filter((each) => closeness(each, wanted) === nearest)
    .map(({ image }) => `${image.publisher} / ${image.offer} / ${image.sku}`);
  const shown = [...new Set(names)].sort();
  const more = shown.length > 12 ? `, and ${shown.length - 12} more` : '';
  return `${nearest > 0 ? 'Near it there are' : 'There are'}: ${shown.slice(0, 12).join('; ')}${more}.`;
}

/** `latest` follows every version; versions compare number by number, `22.04.10` after `22.04.9`. */
function byVersion(a: SupportedImage, b: SupportedImage): number {
  const [left, right] = [a, b].map((each) => each.image.version ?? 'latest');
  if (left === right || left === undefined || right === undefined) return 0;
  if (left === 'latest') return 1;
  if (right === 'latest') return -1;
  return left.localeCompare(right, 'en', { numeric: true });
}
