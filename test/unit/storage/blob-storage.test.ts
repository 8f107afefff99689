// What the blob adapter knows beyond its port's contract (test/contract/blob-storage): keys, endpoints, connection strings.
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAzurite } from '../../../adapters/azurite/index.ts';
import { AzureBlobStorage, parseConnectionString } from '../../../adapters/storage/index.ts';

describe('AzureBlobStorage', { timeout: 20_000 }, () => {
  test('tells a wrong key from a service that does not answer', async () => {
    const azurite = await startAzurite({ inMemory: true });
    onTestFinished(() => azurite.stop());
    const account = parseConnectionString(azurite.connectionString);
    const wrong = new AzureBlobStorage({ ...account, credential: { kind: 'sharedKey', key: 'd3Jvbmc=' } });
    await expect(wrong.ensureContainer('some')).rejects.toMatchObject({ fault: { code: 'denied' } });
    const nobody = new AzureBlobStorage({ ...account, blobEndpoint: 'http://127.0.0.1:9/devstoreaccount1' });
    await expect(nobody.ensureContainer('some')).rejects.toMatchObject({
      fault: {
        code: 'unavailable',
        message: expect.stringContaining('http://127.0.0.1:9/devstoreaccount1 does not answer'),
      },
    });
  });
});

describe('a connection string', () => {
  test('is read as the portal gives it', () => {
    const text = 'DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=a2V5PT0=;EndpointSuffix=core.windows.net';
    expect(parseConnectionString(text)).toEqual({
      name: 'mine',
      blobEndpoint: 'https://mine.blob.core.windows.net',
      credential: { kind: 'sharedKey', key: 'a2V5PT0=' },
    });
  });

  test('may stand for the emulator', () => {
    expect(parseConnectionString('UseDevelopmentStorage=true').blobEndpoint).toBe(
      'http://127.0.0.1:10000/devstoreaccount1',
    );
  });

  test('without a key is refused by name', () => {
    expect(() => parseConnectionString('AccountName=mine')).toThrow('no AccountKey');
  });
});
