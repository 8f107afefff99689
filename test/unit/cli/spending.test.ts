// What somebody is told, and asked, before a run spends money.
import { describe, expect, test } from 'vitest';
import { agreeToSpend, isPaid } from '../../../adapters/cli/spending.ts';
import { loadSettings } from '../../../adapters/config/index.ts';
import type { Settings } from '../../../adapters/config/index.ts';
import type { Questions, Reporter } from '../../../core/index.ts';
import { scenarios } from '../../../scenarios/index.ts';

const key = Buffer.from('a key of nobody, for tests alone').toString('base64');

function settingsAt(endpoint: string, target = 'azure'): Promise<Settings> {
  const environment = {
    AZURE_BATCH_ENDPOINT: endpoint,
    AZURE_BATCH_ACCOUNT: 'mine',
    AZURE_BATCH_ACCESS_KEY: key,
    AZURE_STORAGE_ACCOUNT: 'minestore',
    AZURE_STORAGE_KEY: key,
  };
  return loadSettings({ options: { target }, environment, directory: import.meta.dirname });
}

interface Told {
  readonly lines: readonly string[];
  readonly facts: ReadonlyMap<string, unknown>;
  readonly asked: readonly string[];
  readonly outcome: string;
}

async function tell(
  answer: boolean,
  more: { readonly isAgreed?: boolean; readonly prices?: Settings['prices']; readonly pool?: string } = {},
): Promise<Told> {
  const lines: string[] = [];
  const facts = new Map<string, unknown>();
  const asked: string[] = [];
  const line = (text: string): void => void lines.push(...text.split('\n'));
  const reporter: Reporter = {
    step: line,
    detail: line,
    warn: line,
    fact: (name, value) => void facts.set(name, value),
    progress: () => ({ update: line, done: () => undefined, fail: () => undefined }),
  };
  const questions: Questions = {
    confirm: (question, byDefault) => {
      asked.push(`${question} ${byDefault}`);
      return Promise.resolve(answer);
    },
  };
  const footprint = scenarios[0]?.footprint(
    { nodes: '4', ...(more.pool === undefined ? {} : { pool: more.pool }) },
    'r1',
  );
  if (footprint === undefined) throw new Error('there is at least one scenario');
  const settings = { ...(await settingsAt('https://mine.x.batch.azure.com')), prices: more.prices ?? {} };
  const { signal } = new AbortController();
  const outcome = await agreeToSpend({
    settings,
    footprint,
    runId: 'r1',
    reporter,
    questions,
    isAgreed: more.isAgreed ?? false,
    signal,
  }).then(
    () => 'goes on',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return { lines, facts, asked, outcome };
}

describe('a run on a service elsewhere', () => {
  test('shows each thing that it creates, and the price, before it asks', async () => {
    const { lines, asked, outcome } = await tell(true);
    expect(lines[0]).toContain('https://mine.x.batch.azure.com');
    for (const name of ['pool top-words-pool-r1', 'job top-words-job-r1', 'container topwords-output-r1']) {
      expect(lines.some((each) => each.startsWith(name))).toBe(true);
    }
    expect(lines.join('\n')).toMatch(/4 nodes of standard_d2s_v3, about 0\.48 USD an hour/);
    expect(lines.join('\n')).toContain('Estimated price while the pool exists: 0.48 USD an hour');
    expect(lines.join('\n')).toContain('batchrite cleanup --target azure --run r1');
    expect(asked).toEqual(['Continue? false']);
    expect(outcome).toBe('goes on');
  });

  test('ends without a yes', async () => {
    expect((await tell(false)).outcome).toMatch(/^Nothing was created.*give --yes\.$/);
  });

  test('does not ask somebody who has agreed on the command line', async () => {
    expect(await tell(false, { isAgreed: true })).toMatchObject({ asked: [], outcome: 'goes on' });
  });

  test('takes a price of the configuration over the table', async () => {
    const { facts } = await tell(true, { prices: { standard_d2s_v3: 1 } });
    expect(facts.get('plan')).toMatchObject({ run: 'r1', usdPerHour: 4 });
  });

  test('names a pool that was named by hand', async () => {
    expect((await tell(true, { pool: 'shared' })).lines.join('\n')).toContain('pool shared, unless it exists');
  });
});

describe('money is spent', () => {
  test.each([
    ['https://mine.x.batch.azure.com', 'azure', true],
    ['http://127.0.0.1:10100', 'azure', false],
    ['http://127.0.0.1:10100', 'emulator', false],
  ])('at %s as target %s: %s', async (endpoint, target, expected) => {
    expect(isPaid(await settingsAt(endpoint, target))).toBe(expected);
  });
});
