/** The images that the service supports, as core's ImageCatalog. */
import type { CallOptions, ImageCatalog, ImageReference, SupportedImage } from '../../../core/index.ts';
import type { BatchCalls } from '../calls/batch-calls.ts';
import { listAll } from '../calls/paging.ts';
import { compact, enumReader, instant } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';

export function createImageCatalog(calls: BatchCalls): ImageCatalog {
  return {
    list: ({ signal }: CallOptions = {}) =>
      listAll(
        calls,
        {
          first: (sdk, options) => sdk.account.listSupportedImages(options),
          next: (sdk, link, options) => sdk.account.listSupportedImagesNext(link, options),
        },
        supportedImage,
        signal,
      ),
  };
}

const readOsType = enumReader(['linux', 'windows'], 'linux');
const readVerification = enumReader(['verified'], 'unverified');

function supportedImage(wire: Wire.ImageInformation): SupportedImage {
  return compact({
    image: imageReference(wire.imageReference) ?? { publisher: '', offer: '', sku: '' },
    nodeAgentSkuId: wire.nodeAgentSKUId,
    osType: readOsType(wire.osType),
    verified: readVerification(wire.verificationType) === 'verified',
    capabilities: wire.capabilities ?? [],
    endOfSupportAt: instant(wire.batchSupportEndOfLife),
  });
}

/** Undefined for an image of a gallery, which has an id instead of a publisher, offer and sku. */
export function imageReference(wire: Wire.ImageReference | undefined): ImageReference | undefined {
  if (wire?.publisher === undefined || wire.offer === undefined || wire.sku === undefined) return undefined;
  return compact({ publisher: wire.publisher, offer: wire.offer, sku: wire.sku, version: wire.version });
}
