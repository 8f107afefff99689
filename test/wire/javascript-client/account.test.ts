// Images, node counts, applications and certificates through the unmodified `@azure/batch` client, with a success and a refusal of every operation, on the real engine.
import { describe, expect, test } from 'vitest';
import { image, refusalOf, sdkAccount, accountWithJob } from '../support/sdk-account.ts';

describe('account', () => {
  test('lists images, all and filtered', async () => {
    const { client } = await sdkAccount();
    const all = await client.account.listSupportedImages();
    expect(all.some((each) => each.imageReference.offer === image.offer)).toBe(true);
    const linux = await client.account.listSupportedImages({
      accountListSupportedImagesOptions: { filter: "osType eq 'linux' and verificationType eq 'verified'" },
    });
    expect(linux.length).toBeGreaterThan(0);
    expect(linux.every((each) => each.osType === 'linux' && each.verificationType === 'verified')).toBe(true);
    const wrong = { accountListSupportedImagesOptions: { filter: "sku eq 'x'" } };
    expect(await refusalOf(client.account.listSupportedImages(wrong))).toBe('400 InvalidQueryParameterValue');
  });

  test('counts nodes of pools', async () => {
    const { client } = await accountWithJob();
    const [counts] = await client.account.listPoolNodeCounts();
    expect(counts).toMatchObject({ poolId: 'p', dedicated: { idle: 2, total: 2 }, lowPriority: { total: 0 } });
  });

  test('has no applications', async () => {
    const { client } = await sdkAccount();
    expect([...(await client.application.list())]).toEqual([]);
    expect(await refusalOf(client.application.get('app'))).toBe('404 ApplicationNotFound');
  });
});

describe('certificate', () => {
  const certificate = {
    thumbprint: 'ABCDEF0123456789ABCDEF0123456789ABCDEF01',
    thumbprintAlgorithm: 'sha1',
    data: 'U29tZSBieXRlcw==',
    certificateFormat: 'cer',
  } as const;

  test('is added, shown, listed and deleted', async () => {
    const { client } = await sdkAccount();
    await client.certificate.add(certificate);
    expect(await refusalOf(client.certificate.add(certificate))).toBe('409 CertificateExists');
    expect(await client.certificate.get('sha1', certificate.thumbprint)).toMatchObject({
      thumbprint: certificate.thumbprint.toLowerCase(),
      state: 'active',
    });
    expect(await client.certificate.list()).toHaveLength(1);
    expect(await refusalOf(client.certificate.cancelDeletion('sha1', certificate.thumbprint))).toBe(
      '409 CertificateStateActive',
    );
    await client.certificate.deleteMethod('sha1', certificate.thumbprint);
    expect(await refusalOf(client.certificate.get('sha1', certificate.thumbprint))).toBe('404 CertificateNotFound');
  });
});
