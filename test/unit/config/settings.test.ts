// Where settings come from, which one counts, and what is said about those that cannot be used.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { describeSource, loadSettings, requireUsable, shownText } from '../../../adapters/config/index.ts';
import type { OptionValues, Settings } from '../../../adapters/config/index.ts';

const key = Buffer.from('a key of nobody, for tests alone').toString('base64');
const azure = {
  AZURE_BATCH_ENDPOINT: 'https://mine.westeurope.batch.azure.com',
  AZURE_BATCH_ACCOUNT: 'mine',
  AZURE_BATCH_ACCESS_KEY: key,
  AZURE_STORAGE_ACCOUNT: 'minestore',
  AZURE_STORAGE_KEY: key,
} as const;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'batchrite-config-'));
  onTestFinished(() => rm(directory, { recursive: true }));
});

function load(options: OptionValues = {}, environment: Readonly<Record<string, string>> = {}): Promise<Settings> {
  return loadSettings({ options, environment, directory });
}

function write(name: string, content: unknown): Promise<void> {
  return writeFile(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
}

function sourceOf(settings: Settings, name: string): string | undefined {
  const value = settings.values.find(({ key: each }) => each === name);
  return value === undefined ? undefined : `${shownText(value)} from ${describeSource(value.source)}`;
}

describe('of two places that set a value', () => {
  const file = { target: 'azure', profiles: { azure: { batch: { account: 'infile' } }, other: {} } };

  test('the command line beats the environment, that beats .env, that beats the file, that beats the default', async () => {
    expect(sourceOf(await load(), 'target')).toBe('emulator from default');
    await write('batchrite.config.json', file);
    expect(sourceOf(await load(), 'target')).toBe('azure from batchrite.config.json target');
    await write('.env', 'BATCHRITE_TARGET=other\n');
    expect(sourceOf(await load(), 'target')).toBe('other from .env BATCHRITE_TARGET');
    const environment = { BATCHRITE_TARGET: 'azure' };
    expect(sourceOf(await load({}, environment), 'target')).toBe('azure from environment BATCHRITE_TARGET');
    expect(sourceOf(await load({ target: 'emulator' }, environment), 'target')).toBe('emulator from option --target');
  });

  test('an empty variable counts as none', async () => {
    await write('batchrite.config.json', file);
    const settings = await load({}, { BATCHRITE_TARGET: ' ', AZURE_BATCH_ACCOUNT: '' });
    expect(sourceOf(settings, 'batch.account')).toBe('infile from batchrite.config.json profiles.azure.batch.account');
  });

  test('a profile beats what the file says for all', async () => {
    await write('batchrite.config.json', { runtime: 'process', auth: 'key', profiles: { mine: { auth: 'entra' } } });
    const settings = await load({ target: 'mine' });
    expect(sourceOf(settings, 'auth')).toBe('entra from batchrite.config.json profiles.mine.auth');
    expect(sourceOf(settings, 'runtime')).toBe('process from batchrite.config.json runtime');
    expect(settings.runtime).toBe('process');
  });
});

describe('the target emulator', () => {
  test('needs nothing, and is not disturbed by accounts of Azure, right or wrong', async () => {
    const settings = await load({}, { ...azure, AZURE_BATCH_ACCESS_KEY: 'not a key' });
    expect(settings).toMatchObject({ kind: 'emulator', target: 'emulator', problems: [] });
    expect(settings.access).toBeUndefined();
    expect(settings.values.map((value) => value.key)).toEqual(['target', 'runtime', 'auth']);
  });

  test('knows the running emulator that the environment names', async () => {
    const settings = await load(
      {},
      { ...azure, AZURE_BATCH_ENDPOINT: 'http://127.0.0.1:4711', AZURE_STORAGE_CONNECTION_STRING: '' },
    );
    expect(settings.access?.batch.endpoint).toBe('http://127.0.0.1:4711');
    expect(settings.access?.isLocal).toBe(true);
  });
});

describe('the target azure', () => {
  test('takes the names that the tools of Azure read', async () => {
    const { access, problems } = await load({ target: 'azure' }, azure);
    expect(problems).toEqual([]);
    expect(access).toEqual({
      batch: { endpoint: azure.AZURE_BATCH_ENDPOINT, credential: { kind: 'key', account: 'mine', key } },
      storage: {
        kind: 'key',
        connectionString: `DefaultEndpointsProtocol=https;AccountName=minestore;AccountKey=${key};EndpointSuffix=core.windows.net`,
      },
      isLocal: false,
    });
  });

  test('takes an endpoint without a scheme, as the portal shows it', async () => {
    const environment = { ...azure, AZURE_BATCH_ENDPOINT: 'mine.westeurope.batch.azure.com' };
    const { access } = await load({ target: 'azure' }, environment);
    expect(access?.batch.endpoint).toBe('https://mine.westeurope.batch.azure.com');
  });

  test('finds storage in the cloud that Batch is in', async () => {
    const environment = { ...azure, AZURE_BATCH_ENDPOINT: 'https://mine.chinanorth3.batch.chinacloudapi.cn' };
    const { access } = await load({ target: 'azure' }, environment);
    expect(access?.storage).toMatchObject({ connectionString: expect.stringContaining('core.chinacloudapi.cn') });
  });

  test('signs in with Entra without any key', async () => {
    const { AZURE_BATCH_ACCESS_KEY: _, AZURE_STORAGE_KEY: __, ...environment } = azure;
    const { access, problems } = await load({ target: 'azure', auth: 'entra' }, environment);
    expect(problems).toEqual([]);
    expect(access?.batch.credential).toEqual({ kind: 'entra' });
    expect(access?.storage).toEqual({
      kind: 'entra',
      account: 'minestore',
      blobEndpoint: 'https://minestore.blob.core.windows.net',
    });
  });

  test('with Entra takes account and endpoint from a connection string, and leaves its key alone', async () => {
    const environment = {
      AZURE_BATCH_ENDPOINT: azure.AZURE_BATCH_ENDPOINT,
      AZURE_STORAGE_CONNECTION_STRING: `AccountName=other;AccountKey=${key};EndpointSuffix=core.usgovcloudapi.net`,
    };
    const { access } = await load({ target: 'azure', auth: 'entra' }, environment);
    expect(access?.storage).toEqual({
      kind: 'entra',
      account: 'other',
      blobEndpoint: 'https://other.blob.core.usgovcloudapi.net',
    });
  });

  test('reads who signs in from .env, for Entra', async () => {
    await write('.env', 'AZURE_CLIENT_ID=someone\nAZURE_CLIENT_SECRET="with space"\nOTHER=x\n');
    expect((await load()).identity).toEqual({ AZURE_CLIENT_ID: 'someone', AZURE_CLIENT_SECRET: 'with space' });
  });
});

describe('what cannot be used is said in a sentence', () => {
  async function problems(options: OptionValues, environment: Readonly<Record<string, string>>): Promise<string> {
    return (await load(options, environment)).problems.join('\n');
  }

  test('for each missing value, with every way to give it', async () => {
    const settings = await load({ target: 'azure' });
    expect(settings.problems).toHaveLength(4);
    expect(settings.problems[0]).toBe(
      "The Batch account's endpoint is missing: set AZURE_BATCH_ENDPOINT, or profiles.azure.batch.endpoint in batchrite.config.json.",
    );
    expect(settings.problems[2]).toMatch(/AZURE_BATCH_ACCESS_KEY.*or sign in with --auth entra\.$/);
    expect(() => requireUsable(settings)).toThrow('The configuration has 4 mistakes; nothing was created.');
    expect(settings.access).toBeUndefined();
  });

  test('for a target that there is not, with those that there are', async () => {
    await write('batchrite.config.json', { profiles: { staging: {} } });
    expect(await problems({ target: 'stagin' }, {})).toBe(
      'There is no target "stagin" (option --target); there are emulator, azure, staging, and profiles in batchrite.config.json add more.',
    );
  });

  test.each([
    [{ AZURE_BATCH_ENDPOINT: 'ftp://mine' }, 'endpoint "ftp://mine" from environment AZURE_BATCH_ENDPOINT'],
    [{ AZURE_BATCH_ENDPOINT: 'https://mine.batch.azure.com/pools' }, 'it must be a web address'],
    [{ AZURE_BATCH_ACCOUNT: 'Mine' }, 'it must be 3 to 24 lower-case letters and digits'],
    [{ BATCHRITE_AUTH: 'password' }, 'it must be key or entra'],
    [{ BATCHRITE_RUNTIME: 'podman' }, '"podman" from environment BATCHRITE_RUNTIME cannot be used'],
    [{ AZURE_STORAGE_CONNECTION_STRING: 'minestore' }, 'it names no account; copy it whole'],
    [{ AZURE_STORAGE_CONNECTION_STRING: 'AccountName=minestore' }, 'has no AccountKey'],
    [{ AZURE_BATCH_ACCOUNT: 'another' }, 'is not of account another (environment AZURE_BATCH_ACCOUNT)'],
    [
      { AZURE_STORAGE_CONNECTION_STRING: `AccountName=x;AccountKey=${key}` },
      'is of storage account x, not of minestore',
    ],
  ])('for %j', async (environment, message) => {
    expect(await problems({ target: 'azure' }, { ...azure, ...environment })).toContain(message);
  });

  test('for a key that is no key, without showing it', async () => {
    const said = await problems({ target: 'azure' }, { ...azure, AZURE_BATCH_ACCESS_KEY: 'pa$$word-of-mine' });
    expect(said).toBe(
      "The Batch account's key from environment AZURE_BATCH_ACCESS_KEY cannot be used: it is not base64; copy it whole.",
    );
  });

  test.each([
    ['{ "target": ', 'batchrite.config.json is not JSON'],
    [
      { targt: 'azure' },
      'targt in batchrite.config.json is no setting; target, runtime, auth, profiles and prices are.',
    ],
    [{ profiles: { a: { batch: { url: 'x' } } } }, 'profiles.a.batch.url in batchrite.config.json is no setting'],
    [{ profiles: { a: { auth: 3 } } }, 'profiles.a.auth in batchrite.config.json cannot be used: it must be a text.'],
    [{ prices: { d2: 'cheap' } }, 'prices.d2 in batchrite.config.json cannot be used: it must be a number'],
    [[], 'batchrite.config.json cannot be used: it must be an object.'],
  ])('for the file %j', async (content, message) => {
    await write('batchrite.config.json', content);
    await expect(load()).rejects.toThrow(message);
  });

  test('for every mistake of a file at once', async () => {
    await write('batchrite.config.json', { targt: 'x', auth: 1 });
    await expect(load()).rejects.toMatchObject({ fault: { code: 'invalid', details: [{ key: '1' }, { key: '2' }] } });
  });

  test('for two configuration files', async () => {
    await write('batchrite.config.json', {});
    await write('batchrite.config.mjs', 'export default {};');
    await expect(load()).rejects.toThrow('keep one of them');
  });
});

describe('batchrite.config.mjs', () => {
  test('may compute its values', async () => {
    await write('batchrite.config.mjs', 'export default { prices: { Standard_D2s_v3: 1 + 1 } };');
    const settings = await load();
    expect(settings.prices).toEqual({ standard_d2s_v3: 2 });
    expect(settings.files).toEqual(['batchrite.config.mjs']);
  });

  test.each([
    ['export default {', 'batchrite.config.mjs cannot be loaded'],
    ['throw new Error("no vault")', 'no vault'],
    ['export const x = 1;', 'has no default export'],
  ])('that reads %j is refused', async (content, message) => {
    await write('batchrite.config.mjs', content);
    await expect(load()).rejects.toThrow(message);
  });
});

describe('secrets', () => {
  test('are shown by their first characters at most', async () => {
    const settings = await load(
      { target: 'azure' },
      { ...azure, AZURE_STORAGE_CONNECTION_STRING: `AccountName=minestore;AccountKey=${key};EndpointSuffix=x` },
    );
    const shown = settings.values.map(shownText).join('\n');
    expect(shown).not.toContain(key);
    expect(shown).not.toContain(key.slice(0, 5));
    expect(shown).toContain(`AccountName=minestore;AccountKey=${key.slice(0, 4)}…;EndpointSuffix=x`);
  });

  test('in a file that is likely to be shared are warned of', async () => {
    await write('batchrite.config.json', { profiles: { azure: { batch: { key } } } });
    expect((await load({ target: 'azure' })).warnings).toEqual([expect.stringContaining('batch.key')]);
  });
});

test('a folder called .env is no file of variables', async () => {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(join(directory, '.env'));
  expect((await load()).problems).toEqual([]);
});
