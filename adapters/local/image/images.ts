/** The images that the engine supports, as core's ImageCatalog. */
import type { CallOptions, ImageCatalog, ImageReference, SupportedImage } from '../../../core/index.ts';
import { success } from '../../../core/kernel/index.ts';
import type * as Engine from '../../../emulator/engine/index.ts';
import { listAll } from '../calls/engine-calls.ts';
import { compact, instant, optional } from '../calls/values.ts';

export function createImageCatalog(engine: Engine.BatchEngine): ImageCatalog {
  return {
    list: ({ signal }: CallOptions = {}) =>
      listAll(
        async () => {
          const images = await engine.catalog.supportedImages();
          return images.ok ? success({ items: images.value }) : images;
        },
        supportedImage,
        { signal },
      ),
  };
}

function supportedImage(image: Engine.ImageInformation): SupportedImage {
  const { publisher, offer, sku, version } = image.imageReference;
  return compact({
    image: { publisher, offer, sku, version },
    nodeAgentSkuId: image.nodeAgentSKUId,
    osType: image.osType,
    verified: image.verificationType === 'verified',
    capabilities: image.capabilities ?? [],
    endOfSupportAt: optional(image.batchSupportEndOfLife, instant),
  });
}

/** Undefined for an image of a gallery, which has an id instead of a publisher, offer and sku. */
export function imageReference(image: Engine.ImageReference | undefined): ImageReference | undefined {
  if (image?.publisher === undefined || image.offer === undefined || image.sku === undefined) return undefined;
  return compact({ publisher: image.publisher, offer: image.offer, sku: image.sku, version: image.version });
}
