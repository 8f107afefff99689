// Contract: the list of supported images.
import { describe, expect } from 'vitest';
import type { ContractContext } from './contract-target.ts';
import { collect } from './contract-target.ts';

export function describeImages(context: ContractContext): void {
  const { test } = context;

  describe('images', () => {
    test('the list has verified Linux images, each with its node agent (batch-semantics 11.8)', async () => {
      const images = await collect(context.service.images.list());
      const linux = images.filter(({ osType, verified }) => osType === 'linux' && verified);
      expect(linux.length).toBeGreaterThan(0);
      for (const { image, nodeAgentSkuId } of linux) {
        expect(nodeAgentSkuId).toMatch(/^batch\.node\./);
        for (const part of [image.publisher, image.offer, image.sku]) expect(part).not.toBe('');
      }
    });

    test('the list is the same when it is asked for again', async () => {
      const first = await collect(context.service.images.list());
      expect(await collect(context.service.images.list())).toEqual(first);
    });
  });
}
