// What no source answers (batch-semantics 15): each question's switch, in both positions. What of it the agent does on
// real processes is in the contract of node runtimes.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { duration } from '../../core/kernel/index.ts';
import {
  DEFAULT_SETTINGS,
  type OpenQuestions,
  type PoolAdd,
  type RunSpec,
  type TaskAdd,
  type TaskResource,
} from '../../emulator/engine/index.ts';
import { type SimulatedAccount, accountWithPool, poolOf, refusalCode, value } from '../support/simulated-account.ts';

const MINUTE = duration.minutes(1);

const safe = DEFAULT_SETTINGS.openQuestions;

interface World extends SimulatedAccount {
  /** What the nodes were told to run. */
  readonly runs: readonly RunSpec[];
}

async function answered(answers: Partial<OpenQuestions>, more: Partial<PoolAdd> = {}): Promise<World> {
  const runs: RunSpec[] = [];
  const program = (run: RunSpec): undefined => void runs.push(run);
  const settings = { openQuestions: { ...safe, ...answers } };
  const account = await accountWithPool(1, more, { settings, program });
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, usesTaskDependencies: true }));
  return { ...account, runs };
}

async function withTask(account: SimulatedAccount, more: Partial<TaskAdd> = {}): Promise<string> {
  await value(account.engine.tasks.add('job', { id: 't', commandLine: 'sleep 300', ...more }));
  return (await taskOf(account)).nodeInfo?.nodeId ?? '';
}

const taskOf = ({ engine }: SimulatedAccount, id = 't'): Promise<TaskResource> => value(engine.tasks.get('job', id));

describe('an open question', () => {
  it('is on the page that says how to answer it', async () => {
    const page = await readFile(new URL('../../docs/open-questions.md', import.meta.url), 'utf8');
    const told = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(told.toSorted((a = '', b = '') => a.localeCompare(b))).toEqual(
      Object.keys(safe).toSorted((a, b) => a.localeCompare(b)),
    );
  });

  it('is whether a preemption raises requeueCount; the safe reading is no (15 item 5)', async () => {
    for (const preemptionRaisesRequeueCount of [false, true]) {
      const account = await answered(
        { preemptionRaisesRequeueCount },
        { targetDedicatedNodes: 0, targetLowPriorityNodes: 1 },
      );
      const nodeId = await withTask(account);
      await value(account.engine.faults.preempt('pool', nodeId));
      expect((await taskOf(account)).executionInfo.requeueCount).toBe(preemptionRaisesRequeueCount ? 1 : 0);
    }
  });

  it('is whether a reboot with requeue raises requeueCount; the safe reading is yes (15 item 5)', async () => {
    for (const rebootRaisesRequeueCount of [true, false]) {
      const account = await answered({ rebootRaisesRequeueCount });
      const nodeId = await withTask(account);
      await value(account.engine.nodes.reboot('pool', nodeId, 'requeue'));
      account.clock.advance(1);
      expect((await taskOf(account)).executionInfo.requeueCount).toBe(rebootRaisesRequeueCount ? 1 : 0);
    }
  });

  it('is whether the wall clock runs per attempt; the safe reading is yes (batch-semantics 3.2, 15 item 6)', async () => {
    for (const wallClockPerAttempt of [true, false]) {
      const account = await answered({ wallClockPerAttempt });
      const constraints = { maxTaskRetryCount: 3, maxWallClockTime: MINUTE };
      await withTask(account, { commandLine: "/bin/sh -c 'sleep 40; exit 1'", constraints });
      account.clock.advance(MINUTE + 1000);
      expect((await taskOf(account)).state).toBe(wallClockPerAttempt ? 'running' : 'completed');
    }
  });

  it('is the code of a task whose wall clock time is over; the safe reading is TaskEnded (15 item 6)', async () => {
    for (const wallClockFailureCode of ['TaskEnded', 'TaskTimedOut']) {
      const account = await answered({ wallClockFailureCode });
      await withTask(account, { constraints: { maxWallClockTime: MINUTE } });
      account.clock.advance(2 * MINUTE);
      expect((await taskOf(account)).executionInfo.failureInfo?.code).toBe(wallClockFailureCode);
    }
  });

  it('is whether outputs are uploaded after an attempt that is repeated; the safe reading is yes (15 item 7)', async () => {
    for (const uploadsEveryAttempt of [true, false]) {
      const account = await answered({ uploadsEveryAttempt });
      await withTask(account, { commandLine: "/bin/sh -c 'exit 1'", constraints: { maxTaskRetryCount: 1 } });
      account.clock.advance(1);
      const first = uploadsEveryAttempt ? undefined : { afterFailure: true };
      expect(account.runs.map(({ noUploads }) => noUploads)).toEqual([first, undefined]);
    }
  });

  it('is whether outputs are uploaded after a termination; the safe reading is yes (15 item 7)', async () => {
    for (const uploadsAfterTermination of [true, false]) {
      const account = await answered({ uploadsAfterTermination });
      await withTask(account);
      const expected = uploadsAfterTermination ? undefined : { afterKill: true };
      expect(account.runs.map(({ noUploads }) => noUploads)).toEqual([expected]);
    }
  });

  it('is whether a parent must exist already; the safe reading is no (15 item 8)', async () => {
    const add = ({ engine }: SimulatedAccount) =>
      engine.tasks.add('job', { id: 't', commandLine: 'true', dependsOn: { taskIds: ['later'] } });
    expect(await refusalCode(add(await answered({ unknownParentsAccepted: false })))).toBe('InvalidPropertyValue');
    expect(await value(add(await answered({})))).toMatchObject({ state: 'active' });
  });

  it('is whether a deleted parent lets its dependents go; the safe reading is no (15 item 8)', async () => {
    for (const deletedParentSatisfies of [false, true]) {
      const account = await answered({ deletedParentSatisfies }, { taskSlotsPerNode: 4 });
      const { engine } = account;
      await value(engine.tasks.add('job', { id: '7', commandLine: 'sleep 300' }));
      await withTask(account, { dependsOn: { taskIds: ['7'] } });
      const dependsOn = { taskIdRanges: [{ start: 7, end: 7 }] };
      await value(engine.tasks.add('job', { id: 'by-number', commandLine: 'sleep 300', dependsOn }));
      await value(engine.tasks.delete('job', '7'));
      const expected = deletedParentSatisfies ? 'running' : 'active';
      expect((await taskOf(account)).state).toBe(expected);
      expect((await taskOf(account, 'by-number')).state).toBe(expected);
    }
  });

  it.each(['OperationInvalidForCurrentState', 'OperationNotValidOnPool'] as const)(
    'is the refusal of a resize on a pool that scales, and of a formula on one that does not: %s (15 item 9)',
    async (code) => {
      const { engine, clock } = await answered({ autoScaledResizeCode: code, fixedEvaluateCode: code });
      const { targetDedicatedNodes: _, ...scaling } = poolOf('scaling', 0);
      await value(
        engine.pools.add({ ...scaling, enableAutoScale: true, autoScaleFormula: '$TargetDedicatedNodes = 0;' }),
      );
      clock.advance(1);
      expect(await refusalCode(engine.pools.resize('scaling', { targetDedicatedNodes: 1 }))).toBe(code);
      expect(await refusalCode(engine.pools.evaluateAutoScale('pool', '$TargetDedicatedNodes = 0;'))).toBe(code);
      expect(safe).toMatchObject({
        autoScaledResizeCode: 'OperationInvalidForCurrentState',
        fixedEvaluateCode: 'OperationInvalidForCurrentState',
      });
    },
  );

  it('is the exit code of a process that a signal ended; the safe reading is 128 + n (15 item 10)', async () => {
    for (const [signalExitCode, exitCode] of [
      ['128+n', 137],
      ['n', 9],
    ] as const) {
      const account = await answered({ signalExitCode });
      await withTask(account);
      account.clock.advance(1);
      await value(account.engine.tasks.terminate('job', 't'));
      account.clock.advance(1);
      expect((await taskOf(account)).executionInfo.exitCode).toBe(exitCode);
    }
  });

  it('is how command lines become words; the safe reading is the quotes of POSIX (15 item 10)', async () => {
    for (const [commandLineWords, exitCode] of [
      ['posix', 7],
      ['blanks', 2],
    ] as const) {
      const account = await answered({ commandLineWords });
      await withTask(account, { commandLine: "/bin/sh -c 'exit 7'" });
      account.clock.advance(1);
      expect((await taskOf(account)).executionInfo.exitCode).toBe(exitCode);
    }
  });

  it('is the reason of a termination without one; the safe reading is UserTerminate (batch-semantics 3.7; 15 item 12)', async () => {
    for (const defaultTerminateReason of ['UserTerminate', 'Terminated']) {
      const { engine } = await answered({ defaultTerminateReason });
      await value(engine.jobs.terminate('job', undefined));
      expect((await value(engine.jobs.get('job'))).executionInfo.terminateReason).toBe(defaultTerminateReason);
    }
  });
});
