// Tasks that wait for others of their job: batch-semantics 4, in virtual time. The main cases are in tasks.test.ts.
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import type { TaskAdd } from '../../emulator/engine/index.ts';
import { addJob, loggedAccount, taskState } from '../support/run-log.ts';
import { type SimulatedAccount, refusalCode, value } from '../support/simulated-account.ts';

async function withJob(): Promise<SimulatedAccount> {
  const account = await loggedAccount({ nodes: 4, pool: { taskSlotsPerNode: 8 } });
  await addJob(account, { usesTaskDependencies: true });
  return account;
}

const add = async ({ engine, clock }: SimulatedAccount, task: Partial<TaskAdd> & { readonly id: string }) => {
  await value(engine.tasks.add('job', { commandLine: 'true', ...task }));
  clock.advance(1);
};

const after = (...taskIds: readonly string[]) => ({ dependsOn: { taskIds } });

const afterNumbers = (start: number, end: number) => ({ dependsOn: { taskIdRanges: [{ start, end }] } });

describe('a task that depends on others', () => {
  it('waits for one, for several, and for a range, whichever it names (batch-semantics 4)', async () => {
    const account = await withJob();
    await add(account, { id: 'one', ...after('a') });
    await add(account, { id: 'many', ...after('a', 'b') });
    await add(account, { id: 'all', dependsOn: { taskIds: ['a', 'b'], taskIdRanges: [{ start: 1, end: 2 }] } });
    const states = () => Promise.all(['one', 'many', 'all'].map((id) => taskState(account, id)));
    expect(await states()).toEqual(['active', 'active', 'active']);
    await add(account, { id: 'a' });
    expect(await states()).toEqual(['completed', 'active', 'active']);
    await add(account, { id: 'b' });
    expect(await states()).toEqual(['completed', 'completed', 'active']);
    await add(account, { id: '1' });
    await add(account, { id: '2' });
    expect(await states()).toEqual(['completed', 'completed', 'completed']);
  });

  it('cannot wait for a task of another job (batch-semantics 4)', async () => {
    const account = await withJob();
    await addJob(account, { id: 'other' });
    await value(account.engine.tasks.add('other', { id: 'a', commandLine: 'true' }));
    await add(account, { id: 'child', ...after('a') });
    account.clock.advance(duration.days(1));
    expect(await taskState(account, 'child')).toBe('active');
  });

  it.each([
    ['64,000 characters', [], undefined],
    ['64,001 characters', ['y'], 'TaskDependencyListTooLong'],
  ])('with ids of %s in all is taken up to the limit (batch-semantics 4)', async (_length, more, code) => {
    const { engine } = await withJob();
    const taskIds = Array.from({ length: 1000 }, (_, index) => String(index).padStart(64, 'x'));
    const dependsOn = { taskIds: [...taskIds, ...more] };
    const outcome = await engine.tasks.add('job', { id: 'child', commandLine: 'true', dependsOn });
    expect(outcome.ok ? undefined : outcome.fault.code).toBe(code);
  });

  it('includes both ends of a range, which must be whole numbers in order (batch-semantics 4)', async () => {
    const account = await withJob();
    await add(account, { id: 'child', ...afterNumbers(9, 12) });
    for (const id of ['10', '11', '8', '13']) await add(account, { id });
    expect(await taskState(account, 'child')).toBe('active');
    await add(account, { id: '9' });
    expect(await taskState(account, 'child')).toBe('active');
    await add(account, { id: '12' });
    expect(await taskState(account, 'child')).toBe('completed');
    for (const [start, end] of [
      [2, 1],
      [1.5, 2],
    ] as const) {
      const bad = account.engine.tasks.add('job', { id: 'bad', commandLine: 'true', ...afterNumbers(start, end) });
      expect(await refusalCode(bad)).toBe('InvalidPropertyValue');
    }
  });

  it('takes the first of several tasks of one number, and none whose id is no number (batch-semantics 4)', async () => {
    const account = await withJob();
    await add(account, { id: 'child', ...afterNumbers(4, 4) });
    await add(account, { id: '4', commandLine: 'sleep 60' });
    for (const id of ['4a', '-4', 'four', '0x4']) await add(account, { id });
    expect(await taskState(account, 'child')).toBe('active');
    await add(account, { id: '004', commandLine: 'false' });
    expect(await taskState(account, 'child')).toBe('active');
    await add(account, { id: '04' });
    expect(await taskState(account, 'child')).toBe('completed');
    expect(await taskState(account, '4')).toBe('running');
  });

  it('of a number that nobody has waits for ever (batch-semantics 4)', async () => {
    const account = await withJob();
    await add(account, { id: 'child', ...afterNumbers(1, 3) });
    for (const id of ['1', '3']) await add(account, { id });
    account.clock.advance(duration.days(30));
    expect(await taskState(account, 'child')).toBe('active');
  });

  it('may be added before its parents, and after they have ended (batch-semantics 4)', async () => {
    const account = await withJob();
    await add(account, { id: 'early', ...after('parent') });
    account.clock.advance(duration.days(1));
    expect(await taskState(account, 'early')).toBe('active');
    await add(account, { id: 'parent' });
    expect(await taskState(account, 'early')).toBe('completed');
    await add(account, { id: 'late', ...after('parent') });
    expect(await taskState(account, 'late')).toBe('completed');
  });

  it('waits for ever when its parent has failed or was terminated, and nobody cancels it (batch-semantics 4)', async () => {
    const account = await withJob();
    await add(account, { id: 'fails', commandLine: 'false' });
    await add(account, { id: 'stopped', commandLine: 'sleep 60' });
    await add(account, { id: 'after-failure', ...after('fails') });
    await add(account, { id: 'after-stop', ...after('stopped') });
    await value(account.engine.tasks.terminate('job', 'stopped'));
    account.clock.advance(duration.days(90));
    expect(await taskState(account, 'after-failure')).toBe('active');
    expect(await taskState(account, 'after-stop')).toBe('active');
  });

  it('goes on when its failed parent is reactivated and succeeds, and can be terminated or deleted (batch-semantics 4)', async () => {
    let works = false;
    const account = await loggedAccount({
      program: ({ commandLine }) =>
        commandLine === 'parent' ? { durationMs: 1000, exitCode: works ? 0 : 1 } : undefined,
    });
    await addJob(account, { usesTaskDependencies: true });
    await add(account, { id: 'parent', commandLine: 'parent' });
    for (const id of ['goes', 'ends', 'leaves']) await add(account, { id, ...after('parent') });
    account.clock.advance(2000);
    await value(account.engine.tasks.terminate('job', 'ends'));
    await value(account.engine.tasks.delete('job', 'leaves'));
    expect(await taskState(account, 'ends')).toBe('completed');
    works = true;
    await value(account.engine.tasks.reactivate('job', 'parent'));
    account.clock.advance(2000);
    expect(await taskState(account, 'goes')).toBe('completed');
    expect(await refusalCode(account.engine.tasks.get('job', 'leaves'))).toBe('TaskNotFound');
  });

  it('that was satisfied once stays so when its parent runs again or is deleted (batch-semantics 4)', async () => {
    const account = await withJob();
    const satisfies = { exitConditions: { default: { dependencyAction: 'satisfy' } } } as const;
    await add(account, { id: 'a', commandLine: 'false', ...satisfies });
    await add(account, { id: 'b' });
    await add(account, { id: 'gate', commandLine: 'sleep 3600' });
    await add(account, { id: 'child', ...after('a', 'b', 'gate') });
    await value(account.engine.tasks.delete('job', 'b'));
    await value(account.engine.tasks.delete('job', 'a'));
    await add(account, { id: 'a', commandLine: 'sleep 360000' });
    account.clock.advance(duration.hours(1));
    expect(await taskState(account, 'child')).toBe('completed');
    expect(await taskState(account, 'a')).toBe('running');
  });

  it('stays blocked when its parent is deleted unfinished, until one of that id succeeds (batch-semantics 4)', async () => {
    const account = await withJob();
    await add(account, { id: 'parent', commandLine: 'sleep 60' });
    await add(account, { id: 'child', ...after('parent') });
    await value(account.engine.tasks.delete('job', 'parent'));
    account.clock.advance(duration.days(1));
    expect(await taskState(account, 'child')).toBe('active');
    await add(account, { id: 'parent' });
    expect(await taskState(account, 'child')).toBe('completed');
  });

  it('waits for ever in a circle, and for itself; both are accepted (batch-semantics 4)', async () => {
    const account = await withJob();
    await add(account, { id: 'self', ...after('self') });
    await add(account, { id: '7', ...afterNumbers(7, 7) });
    await add(account, { id: 'a', ...after('b') });
    await add(account, { id: 'b', ...after('a') });
    account.clock.advance(duration.days(30));
    for (const id of ['self', '7', 'a', 'b']) expect(await taskState(account, id)).toBe('active');
  });

  it('counts as an active task while it waits (batch-semantics 4)', async () => {
    const account = await withJob();
    await add(account, { id: 'parent', commandLine: 'sleep 60' });
    await add(account, { id: 'child', requiredSlots: 2, ...after('parent') });
    expect(await value(account.engine.jobs.taskCounts('job'))).toMatchObject({
      taskCounts: { active: 1, running: 1 },
      taskSlotCounts: { active: 2, running: 1 },
    });
  });

  it('needs a job that was made for it, which is said once and for all (batch-semantics 4)', async () => {
    const { engine } = await withJob();
    await value(engine.jobs.update('job', { poolInfo: { poolId: 'pool' }, priority: 7 }));
    expect(await value(engine.jobs.get('job'))).toMatchObject({ priority: 7, usesTaskDependencies: true });
    const { usesTaskDependencies } = await value(engine.jobs.add({ id: 'plain', poolInfo: { poolId: 'pool' } }));
    expect(usesTaskDependencies).toBe(false);
    const task = { id: 'child', commandLine: 'true', ...after('x') };
    expect(await refusalCode(engine.tasks.add('plain', task))).toBe('TaskDependenciesNotSpecifiedOnJob');
  });
});
