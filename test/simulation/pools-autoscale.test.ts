// Autoscale as far as it goes: settings are checked, kept, shown and dropped; formulas are not evaluated, and the pool says so.
import { describe, expect, test } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import { poolOf, refusalCode, simulatedAccount, value } from '../support/simulated-account.ts';

const formula = '$TargetDedicatedNodes = 2;';
const { targetDedicatedNodes: _, ...bare } = poolOf('pool', 0);
const scaling = { ...bare, enableAutoScale: true, autoScaleFormula: formula };

async function steadyAccount(nodes: number) {
  const account = await simulatedAccount();
  await value(account.engine.pools.add(poolOf('pool', nodes)));
  account.clock.advance(1);
  return account;
}

describe('enabling autoscale', () => {
  test('keeps the formula, fills the interval in and says that the formula was not run', async () => {
    const { engine, clock } = await steadyAccount(1);
    const { lastModified } = await value(engine.pools.enableAutoScale('pool', { autoScaleFormula: formula }));
    const pool = await value(engine.pools.get('pool'));
    expect(pool).toMatchObject({
      lastModified,
      enableAutoScale: true,
      autoScaleFormula: formula,
      autoScaleEvaluationInterval: duration.minutes(15),
      targetDedicatedNodes: 1,
      autoScaleRun: {
        timestamp: lastModified,
        results: '$TargetDedicatedNodes=1;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue',
        error: { code: 'NotImplemented', message: expect.stringContaining('not evaluate') },
      },
    });
    clock.advance(duration.days(1));
    expect((await value(engine.pools.get('pool'))).currentDedicatedNodes).toBe(1);
  });

  test('again changes what is given and keeps the rest', async () => {
    const { engine, clock } = await steadyAccount(0);
    const interval = duration.minutes(10);
    await value(
      engine.pools.enableAutoScale('pool', { autoScaleFormula: formula, autoScaleEvaluationInterval: interval }),
    );
    clock.advance(duration.seconds(30));
    await value(engine.pools.enableAutoScale('pool', { autoScaleFormula: '$TargetDedicatedNodes = 3;' }));
    clock.advance(duration.seconds(30));
    expect(await value(engine.pools.get('pool'))).toMatchObject({
      autoScaleFormula: '$TargetDedicatedNodes = 3;',
      autoScaleEvaluationInterval: interval,
    });
    expect(await refusalCode(engine.pools.enableAutoScale('pool', {}))).toBe('InvalidAutoScalingSettings');
  });

  test('twice within 30 seconds is refused, and not a moment longer (batch-semantics 3.9)', async () => {
    const { engine, clock } = await steadyAccount(0);
    const enable = () => engine.pools.enableAutoScale('pool', { autoScaleFormula: formula });
    await value(enable());
    clock.advance(duration.seconds(29));
    expect(await refusalCode(enable())).toBe('TooManyEnableAutoScaleRequests');
    clock.advance(duration.seconds(1));
    await value(enable());
  });

  test.each([
    ['no formula', {}, 'InvalidAutoScalingSettings'],
    ['an empty formula', { autoScaleFormula: ' ' }, 'AutoScalingFormulaSyntaxError'],
    ['a formula of more than 8 KB', { autoScaleFormula: 'x'.repeat(8193) }, 'AutoScalingFormulaTooLong'],
    [
      'an interval below 5 minutes',
      { autoScaleFormula: formula, autoScaleEvaluationInterval: duration.minutes(5) - 1 },
      'InvalidPropertyValue',
    ],
    [
      'an interval above 168 hours',
      { autoScaleFormula: formula, autoScaleEvaluationInterval: duration.hours(168) + 1 },
      'InvalidPropertyValue',
    ],
  ])('with %s is refused and changes nothing (batch-semantics 3.9)', async (_name, settings, code) => {
    const { engine } = await steadyAccount(0);
    const before = await value(engine.pools.get('pool'));
    expect(await refusalCode(engine.pools.enableAutoScale('pool', settings))).toBe(code);
    expect(await value(engine.pools.get('pool'))).toEqual(before);
  });

  test('waits for a resize to end', async () => {
    const { engine, clock } = await simulatedAccount({ settings: { allocationMs: 1000 } });
    await value(engine.pools.add(poolOf('pool', 1)));
    const enable = () => engine.pools.enableAutoScale('pool', { autoScaleFormula: formula });
    expect(await refusalCode(enable())).toBe('PoolBeingResized');
    clock.advance(2000);
    await value(enable());
    expect(await refusalCode(engine.pools.resize('pool', { targetDedicatedNodes: 2 }))).toBe(
      'OperationInvalidForCurrentState',
    );
  });
});

describe('disabling autoscale', () => {
  test('drops formula, interval and last run, and keeps the targets and the ETag', async () => {
    const { engine } = await steadyAccount(1);
    const enabled = await value(engine.pools.enableAutoScale('pool', { autoScaleFormula: formula }));
    expect(await value(engine.pools.disableAutoScale('pool'))).toEqual({ lastModified: enabled.lastModified });
    const pool = await value(engine.pools.get('pool'));
    expect(pool).toMatchObject({ enableAutoScale: false, targetDedicatedNodes: 1, lastModified: enabled.lastModified });
    const dropped = ['autoScaleFormula', 'autoScaleEvaluationInterval', 'autoScaleRun'];
    expect(Object.keys(pool).filter((name) => dropped.includes(name))).toEqual([]);
    await value(engine.pools.resize('pool', { targetDedicatedNodes: 2 }));
  });
});

describe('a pool that scales from the start', () => {
  test('is stored without nodes, with the reason in its last run', async () => {
    const { engine, clock } = await simulatedAccount();
    const added = await value(engine.pools.add(scaling));
    clock.advance(1);
    expect(await value(engine.pools.get('pool'))).toMatchObject({
      allocationState: 'steady',
      enableAutoScale: true,
      autoScaleFormula: formula,
      autoScaleEvaluationInterval: duration.minutes(15),
      targetDedicatedNodes: 0,
      targetLowPriorityNodes: 0,
      autoScaleRun: { timestamp: added.creationTime, error: { code: 'NotImplemented' } },
    });
  });

  test.each([
    ['without a formula', { enableAutoScale: true }, 'InvalidAutoScalingSettings'],
    ['with fixed targets', { ...scaling, targetDedicatedNodes: 1 }, 'InvalidAutoScalingSettings'],
    ['with a formula that is not in use', { autoScaleFormula: formula }, 'InvalidAutoScalingSettings'],
  ])('is refused %s', async (_name, members, code) => {
    const { engine } = await simulatedAccount();
    expect(await refusalCode(engine.pools.add({ ...bare, ...members }))).toBe(code);
    expect((await value(engine.pools.list({ limit: 1 }))).items).toEqual([]);
  });
});

describe('evaluating a formula', () => {
  test('needs a pool that scales, and is then declared not to be done', async () => {
    const { engine } = await steadyAccount(0);
    const evaluate = (text: string) => engine.pools.evaluateAutoScale('pool', text);
    expect(await refusalCode(evaluate(formula))).toBe('OperationInvalidForCurrentState');
    await value(engine.pools.enableAutoScale('pool', { autoScaleFormula: formula }));
    const before = await value(engine.pools.get('pool'));
    expect(await refusalCode(evaluate(formula))).toBe('NotImplemented');
    expect(await refusalCode(evaluate('x'.repeat(8193)))).toBe('AutoScalingFormulaTooLong');
    expect(await value(engine.pools.get('pool'))).toEqual(before);
  });
});
