/** Whether the container image that stands for an image of the Marketplace is on the engine; nothing is pulled. */
import Docker from 'dockerode';
import { engineAddress } from '../engine/engine-address.ts';
import { messageOf, statusOf } from '../engine/engine-error.ts';
import type { MarketplaceImage } from './image-table.ts';
import { ImageTable } from './image-table.ts';

/** `problem` is a sentence with the remedy. */
export type ImageProbe = { readonly container: string; readonly isThere: boolean } | { readonly problem: string };

/** Never rejects. `lines` come before the built-in table, as for the runtime. */
export async function probeImage(image: MarketplaceImage, lines: readonly string[] = []): Promise<ImageProbe> {
  const choice = new ImageTable(lines).choose(image);
  if ('problem' in choice) return choice;
  const { container } = choice;
  const address = engineAddress();
  try {
    await ('socketPath' in address ? new Docker(address) : new Docker()).getImage(container).inspect();
    return { container, isThere: true };
  } catch (error) {
    if (statusOf(error) === 404) return { container, isThere: false };
    return { problem: `The Docker engine does not tell whether it has ${container}: ${messageOf(error)}.` };
  }
}
