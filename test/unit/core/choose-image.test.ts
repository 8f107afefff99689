// The image and its node agent come from the service's list, and a wrong name is answered with what there is.
import { describe, expect, test } from 'vitest';
import { chooseImage } from '../../../core/index.ts';
import type { SupportedImage } from '../../../core/index.ts';
import { FakeCloud, jammy } from '../../support/fake-cloud.ts';

const wanted = { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' };

function version(text: string, part: Partial<SupportedImage> = {}): SupportedImage {
  return { ...jammy, ...part, image: { ...jammy.image, version: text } };
}

function choose(images: readonly SupportedImage[], reference = wanted): ReturnType<typeof chooseImage> {
  return chooseImage(new FakeCloud({ images }).workflow, reference);
}

describe('chooseImage', () => {
  test('takes the node agent SKU from the list, whatever the case of the names', async () => {
    const chosen = await choose([jammy], {
      publisher: 'Canonical',
      offer: wanted.offer.toUpperCase(),
      sku: wanted.sku,
    });
    expect(chosen.nodeAgentSkuId).toBe('batch.node.ubuntu 22.04');
  });

  test('takes the newest version, compared number by number', async () => {
    const chosen = await choose(['22.04.9', '22.04.10', '22.04.2'].map((each) => version(each)));
    expect(chosen.image.version).toBe('22.04.10');
    expect((await choose([version('latest'), version('99.0.0')])).image.version).toBe('latest');
  });

  test('passes over images that are not verified or whose support has ended', async () => {
    const chosen = await choose([
      version('1.0.0'),
      version('3.0.0', { verified: false }),
      version('2.0.0', { endOfSupportAt: 1_000 }),
    ]);
    expect(chosen.image.version).toBe('1.0.0');
  });

  test('names the nearest images when there is none of that name', async () => {
    const noble = { ...jammy, image: { publisher: 'canonical', offer: 'ubuntu-24_04-lts', sku: 'server' } };
    await expect(choose([jammy, noble], { ...wanted, sku: '18_04-lts' })).rejects.toThrow(
      'The service has no image canonical / 0001-com-ubuntu-server-jammy / 18_04-lts. Near it there are: canonical / 0001-com-ubuntu-server-jammy / 22_04-lts.',
    );
  });

  test('says why an image that is there cannot be used', async () => {
    await expect(choose([version('1', { verified: false })])).rejects.toThrow('not verified it with a node agent');
    await expect(choose([version('1', { endOfSupportAt: 1 }), version('2', { verified: false })])).rejects.toThrow(
      'its support has ended',
    );
  });
});
