// Images, node counts, applications and certificates through the unmodified `@azure/batch` client, with a success and a refusal of every operation, on the real engine.
import { describe, expect, test } from 'vitest';
import { accountWithJob, refusalOf, sdkAccount } from '../support/sdk-account.ts';
import { sdkImage, sdkPool } from '../../support/sdk-pool.ts';

describe('account', () => {
  test('lists images, all and filtered', async () => {
    const { client } = await sdkAccount();
    const all = await client.account.listSupportedImages();
    expect(all.some((each) => each.imageReference.offer === sdkImage.offer)).toBe(true);
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

  test('must be there before a pool refers to it, and stays while one does', async () => {
    const { client } = await sdkAccount();
    const { thumbprint, thumbprintAlgorithm } = certificate;
    const pool = {
      ...sdkPool('p', 0),
      certificateReferences: [{ thumbprint, thumbprintAlgorithm, storeLocation: 'localMachine' as 'localmachine' }],
    };
    await expect(client.pool.add(pool)).rejects.toMatchObject({
      statusCode: 409,
      code: 'InvalidCertificateReferences',
      body: { values: [{ key: `sha1-${thumbprint}`, value: 'The specified certificate does not exist.' }] },
    });
    await client.certificate.add(certificate);
    await client.pool.add(pool);
    expect((await client.pool.get('p')).certificateReferences).toMatchObject([
      { thumbprint: thumbprint.toLowerCase(), storeLocation: 'LocalMachine' },
    ]);
    await client.certificate.deleteMethod('sha1', thumbprint);
    expect(await client.certificate.get('sha1', thumbprint)).toMatchObject({
      state: 'deletefailed',
      previousState: 'active',
      deleteCertificateError: { code: 'CertificatesInUse' },
    });
    await client.certificate.cancelDeletion('sha1', thumbprint);
    expect((await client.certificate.get('sha1', thumbprint)).state).toBe('active');
  });
});
