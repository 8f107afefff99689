// Applications as they are managed: what they may be called, how many there may be, and what the Batch API shows of them.
import { describe, expect, test } from 'vitest';
import { addPackage, countedStorage } from '../support/linked-storage.ts';
import { refusalCode, simulatedAccount, value } from '../support/simulated-account.ts';

const account = () => simulatedAccount({ linkedStorage: countedStorage() });

describe('applications', () => {
  test('have ids that are compared without case, and are listed by the Batch API with their versions (batch-semantics 9.2)', async () => {
    const { engine } = await account();
    await addPackage(engine, 'FFmpeg', '4.1');
    await addPackage(engine, 'ffmpeg', '3.0');
    await value(engine.applications.change('FFMPEG', { displayName: 'Frames', defaultVersion: '4.1' }));
    expect(await value(engine.applications.list())).toMatchObject([
      { id: 'FFmpeg', displayName: 'Frames', defaultVersion: '4.1', allowUpdates: true },
    ]);
    const summary = { id: 'FFmpeg', displayName: 'Frames', versions: ['3.0', '4.1'] };
    expect(await value(engine.catalog.application('ffMPEG'))).toEqual(summary);
    expect((await value(engine.catalog.applications({ limit: 10 }))).items).toEqual([summary]);
  });

  test('are at most 20, with at most 40 packages each (batch-semantics 12)', async () => {
    const { engine } = await account();
    for (let count = 0; count < 20; count += 1) await addPackage(engine, `app${count}`, '1');
    for (let count = 1; count < 40; count += 1) await addPackage(engine, 'app0', `1.${count}`);
    expect(await refusalCode(engine.applications.announce('app20', '1'))).toBe('OperationInvalidForCurrentState');
    expect(await refusalCode(engine.applications.announce('app0', '2'))).toBe('OperationInvalidForCurrentState');
    await value(engine.applications.announce('app1', '2'));
    await value(engine.applications.announce('app0', '1'));
  });

  test('keep a package as it is where they do not allow updates (batch-semantics 9.2)', async () => {
    const { engine } = await account();
    await addPackage(engine, 'app', '1');
    await value(engine.applications.change('app', { allowUpdates: false }));
    expect(await refusalCode(engine.applications.announce('app', '1'))).toBe('OperationInvalidForCurrentState');
    await value(engine.applications.announce('app', '2'));
  });

  test('lose their default version with its package, and everything when they go', async () => {
    const { engine } = await account();
    await addPackage(engine, 'app', '1', { isDefault: true });
    await addPackage(engine, 'app', '2');
    expect(await value(engine.applications.removePackage('app', '1'))).toMatchObject({ blobs: [/app\/1\//] });
    const left = await value(engine.applications.get('app'));
    expect([left.defaultVersion, left.packages.map(({ version }) => version)]).toEqual([undefined, ['2']]);
    expect((await value(engine.applications.remove('app'))).blobs).toHaveLength(1);
    expect(await refusalCode(engine.catalog.application('app'))).toBe('ApplicationNotFound');
  });

  test.each(['', 'a b', 'a/b', 'x'.repeat(65)])('are not called "%s"', async (id) => {
    const { engine } = await account();
    expect(await refusalCode(engine.applications.announce(id, '1'))).toBe('InvalidPropertyValue');
  });

  test('cannot be added to an account without storage', async () => {
    const { engine } = await simulatedAccount();
    expect(await refusalCode(engine.applications.announce('app', '1'))).toBe('OperationInvalidForCurrentState');
  });
});
