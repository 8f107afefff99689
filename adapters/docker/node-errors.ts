/** Why a node cannot be: sentences that name the value and the remedy, in the shape of a node's `errors` (wire-facts 2.6). */
import { NodeHostError } from '../process/index.ts';
import { messageOf } from './engine/engine-error.ts';
import { ImageUnavailableError } from './image/image-store.ts';
import type { MarketplaceImage } from './image/image-table.ts';

export function nodeError(code: string, message: string): NodeHostError {
  return new NodeHostError({ code, message });
}

/** `vmImage`: what the container image stands for; absent for an image that container tasks are to find. */
export function imageUnavailable(image: string, vmImage: MarketplaceImage | undefined, error: unknown): NodeHostError {
  const reason = messageOf(error);
  const isDenied = error instanceof ImageUnavailableError && error.isDenied;
  const name = vmImage === undefined ? undefined : `${vmImage.publisher}:${vmImage.offer}:${vmImage.sku}`.toLowerCase();
  const purpose = name === undefined ? 'of the pool' : `for ${name}`;
  const remedy =
    `get it with "docker pull ${image}"` +
    (name === undefined ? '' : `, or name an image that is there with --image ${name}=IMAGE`) +
    (isDenied ? '; a private registry needs a login' : '');
  const message = `The container image "${image}" ${purpose} is not on this machine and could not be pulled: ${reason}. To go on, ${remedy}.`;
  return new NodeHostError(
    {
      code: 'ContainerInvalidImage',
      message,
      errorDetails: [
        { name: 'ContainerImage', value: image },
        { name: 'Message', value: reason },
      ],
    },
    { cause: error },
  );
}

export function tooManyContainers(limit: number): NodeHostError {
  return nodeError(
    'ContainerQuotaReached',
    `This machine may run ${limit === 1 ? '1 node as a container' : `${limit} nodes as containers`} at a time, ` +
      'and no place is free; ' +
      'remove nodes or pools, or raise the limit with --max-containers.',
  );
}
