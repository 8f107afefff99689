// How a run ends: exit codes and kills.
import { expect, test } from 'vitest';
import type { World } from '../target.ts';

export function outcomeTests(world: () => World): void {
  test.each([0, 1, 3, 255])('exit code %i is reported as it is (batch-semantics 10.3)', async (code) => {
    const w = world();
    const end = await w.finish(await w.startNode(), w.commands.exit(code));
    expect(end.exitCode).toBe(code);
    expect(end.failure).toBeUndefined();
  });

  test('a run is started once before it ends once', async () => {
    const w = world();
    const node = await w.startNode();
    const { spec } = await w.finish(node, w.commands.exit(0));
    await w.finish(node, w.commands.exit(0));
    const own = w.log.events.filter((event) => 'runId' in event && event.runId === spec.runId);
    expect(own.map(({ type }) => type)).toEqual(['runStarted', 'runEnded']);
  });

  test('a run that does not fit its pool ends with the reason and without an exit code (batch-semantics 10.5)', async () => {
    const w = world();
    const unfit = { category: 'usererror', code: 'ContainerInvalidSettings', message: 'No.' } as const;
    const end = await w.finish(await w.startNode(), w.commands.exit(0), { unfit });
    expect(end).toMatchObject({ failure: { ...unfit, phase: 'preProcessing' } });
    expect(end.exitCode).toBeUndefined();
  });

  test('a killed run ends with 137 (batch-semantics 3.4, 10.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const run = w.begin(node, w.commands.forever);
    await w.started(run);
    w.runtime.kill(node, run.runId);
    expect(await w.ended(run)).toMatchObject({ exitCode: 137 });
  });

  test('a killed run ends with 9 where exit codes of signals are their numbers (batch-semantics 10.3)', async () => {
    const w = world();
    const node = await w.startNode();
    const run = w.begin(node, w.commands.forever, { signalExitCode: 'n' });
    await w.started(run);
    w.runtime.kill(node, run.runId);
    expect(await w.ended(run)).toMatchObject({ exitCode: 9 });
  });

  test('a kill right behind the run ends it too', async () => {
    const w = world();
    const node = await w.startNode();
    const run = w.begin(node, w.commands.forever);
    w.runtime.kill(node, run.runId);
    expect((await w.ended(run)).failure).toBeUndefined();
  });

  test('killing one run leaves the others alone', async () => {
    const w = world();
    const node = await w.startNode();
    const [victim, other] = [w.begin(node, w.commands.forever), w.begin(node, w.commands.forever)];
    await Promise.all([w.started(victim), w.started(other)]);
    w.runtime.kill(node, victim.runId);
    await w.ended(victim);
    await w.finish(node, w.commands.exit(0));
    expect(w.log.events.some((event) => event.type === 'runEnded' && event.runId === other.runId)).toBe(false);
  });
}
