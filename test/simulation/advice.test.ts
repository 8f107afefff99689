// Advice at submit: what Azure accepts silently and never runs, or surely disappoints (batch-semantics 2.2, 7, 9.1, 10.3, 13).
import { describe, expect, it, test } from 'vitest';
import { VIRTUAL_EPOCH } from '../../core/kernel/index.ts';
import type { Advice, JobAdd, PoolAdd, TaskAdd } from '../../emulator/engine/index.ts';
import { accountWithPool, value } from '../support/simulated-account.ts';

async function adviceOn(
  task: Partial<TaskAdd>,
  { pool = {}, job = {} }: { readonly pool?: Partial<PoolAdd>; readonly job?: Partial<JobAdd> } = {},
): Promise<readonly Advice[]> {
  const account = await accountWithPool(2, pool);
  await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, usesTaskDependencies: true, ...job }));
  await value(account.engine.tasks.add('job', { id: 't', commandLine: 'true', ...task }));
  return account.engine.warnings();
}

const codesOf = (advice: readonly Advice[]): readonly string[] => advice.map(({ code }) => code);

const container = (path: string): NonNullable<TaskAdd['outputFiles']> => [
  {
    filePattern: '*.txt',
    destination: { container: { containerUrl: 'http://127.0.0.1:10000/a/c', path } },
    uploadOptions: { uploadCondition: 'taskcompletion' },
  },
];

describe('a task that will never run is accepted with advice', () => {
  it('because it needs more slots than a node has (2.2, 13 item 12)', async () => {
    const [advice] = await adviceOn({ requiredSlots: 3 }, { pool: { taskSlotsPerNode: 2 } });
    expect(advice).toMatchObject({ code: 'tooManySlots', jobId: 'job', taskId: 't' });
    expect(advice?.text).toContain(
      'Task "t" of job "job": it is accepted, but waits. It needs 3 slots and a node of pool "pool" has 2',
    );
  });

  it('because its pool is none for multi-instance tasks, or too small (7, 13 item 32)', async () => {
    const multiInstanceSettings = { numberOfInstances: 3, coordinationCommandLine: 'true' };
    expect(codesOf(await adviceOn({ multiInstanceSettings }, { pool: { taskSlotsPerNode: 2 } }))).toEqual([
      'interNodeCommunicationOff',
      'severalSlotsPerNode',
      'tooFewNodes',
    ]);
    const fitting = { pool: { enableInterNodeCommunication: true } };
    expect(
      await adviceOn({ multiInstanceSettings: { ...multiInstanceSettings, numberOfInstances: 2 } }, fitting),
    ).toEqual([]);
  });

  it('because its pool does not exist (2.6)', async () => {
    const [advice] = await adviceOn({}, { job: { poolInfo: { poolId: 'nowhere' } } });
    expect(advice).toMatchObject({ code: 'poolMissing' });
    expect(advice?.text).toContain('pool "nowhere" does not exist');
  });

  it('because it depends on itself (4)', async () => {
    expect(codesOf(await adviceOn({ dependsOn: { taskIds: ['T'] } }))).toEqual(['dependsOnItself']);
  });

  it('because it depends on nothing that exists while its job ends with its tasks (3.6, 4)', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' }, usesTaskDependencies: true }));
    const dependsOn = { taskIds: ['later'] };
    await value(account.engine.tasks.add('job', { id: 'early', commandLine: 'true', dependsOn }));
    expect(account.engine.warnings()).toEqual([]);
    await value(account.engine.jobs.patch('job', { onAllTasksComplete: 'terminatejob' }));
    await value(
      account.engine.tasks.addCollection('job', [
        { id: 'x', commandLine: 'true', dependsOn: { taskIds: ['y'] } },
        { id: 'y', commandLine: 'true', dependsOn },
      ]),
    );
    expect(account.engine.warnings()).toMatchObject([{ code: 'dependsOnNothing', taskId: 'y' }]);
  });
});

describe('a command line that expects a shell is accepted with advice (10.3, 13 item 28)', () => {
  test.each([
    ['echo $HOME', 'variableWithoutShell', '"$HOME"'],
    ['echo "${HOME}/x"', 'variableWithoutShell', '"${HOME}/x"'],
    ['echo $(date)', 'variableWithoutShell', '"$(date)"'],
    ['make && make install', 'operatorWithoutShell', '"&&"'],
    ['ls | wc -l', 'operatorWithoutShell', '"|"'],
    ['echo hello > out.txt', 'operatorWithoutShell', '">"'],
    ['python3 run.py 2>err.txt', 'operatorWithoutShell', '"2>err.txt"'],
    ['mkdir a; ls a', 'operatorWithoutShell', '"a;"'],
    ['cat *.txt', 'globWithoutShell', '"*.txt"'],
    ['cd /tmp', 'builtinWithoutShell', '"cd"'],
    ['env A=1 cd /tmp', 'builtinWithoutShell', '"cd"'],
    ['LANG=C ls', 'assignmentWithoutShell', '"LANG=C"'],
    ['bash run.sh && echo done', 'operatorWithoutShell', '"&&"'],
    ['/bin/sh -c echo hello', 'unquotedScript', '"echo"'],
  ])('%s', async (commandLine, code, quoted) => {
    const advice = await adviceOn({ commandLine });
    expect(advice[0]).toMatchObject({ code });
    expect(advice[0]?.text).toContain(quoted);
  });

  test.each([
    "/bin/sh -c 'cd /tmp && echo $HOME > out; ls *'",
    '/bin/bash -lc "make && make install"',
    'cmd /c cd foo && dir *.txt',
    "awk '{print $1}' in.txt",
    String.raw`echo \$HOME`,
    'curl -o x http://127.0.0.1/a?b=1&c=2;d',
    'find . -name *.txt',
    "grep 'a*b' x",
    'python3 run.py --price 5$',
    'python3 -c "print(1)" ',
    "env A=1 /bin/sh -c 'echo $A'",
    'true',
  ])('but nobody is bothered about %s', async (commandLine) => {
    expect(await adviceOn({ commandLine })).toEqual([]);
  });

  it('shows the line as it would work', async () => {
    const [advice] = await adviceOn({ commandLine: "echo 'a b' $X" });
    expect(advice?.remedy).toBe(String.raw`Let a shell read it: /bin/sh -c 'echo '\''a b'\'' $X'.`);
  });

  it('looks at coordination commands, too (7)', async () => {
    const pool = { enableInterNodeCommunication: true };
    const advice = await adviceOn({ multiInstanceSettings: { coordinationCommandLine: 'ls > x' } }, { pool });
    expect(advice[0]?.text).toContain('its coordination command line has ">"');
  });
});

describe('files are accepted with advice', () => {
  test.each(['out/$AZ_BATCH_TASK_ID', '%TASK%/x'])(
    'when a destination has a variable: %s (13 item 18)',
    async (path) => {
      const [advice] = await adviceOn({ outputFiles: container(path) });
      expect(advice).toMatchObject({ code: 'variableInDestination' });
      expect(advice?.text).toContain(`"${path}"`);
    },
  );

  it('when a SAS has expired on the clock of the engine, without showing it (9.1, 13 item 16)', async () => {
    const url = (expiry: number): string =>
      `http://127.0.0.1:10000/a/c/in.txt?sv=2020&se=${new Date(expiry).toISOString()}&sig=SECRET`;
    const file = (expiry: number): NonNullable<TaskAdd['resourceFiles']> => [
      { httpUrl: url(expiry), filePath: 'in.txt' },
    ];
    const [advice] = await adviceOn({ resourceFiles: file(VIRTUAL_EPOCH - 1000) });
    expect(advice).toMatchObject({ code: 'expiredSas' });
    expect(advice?.text).toContain('http://127.0.0.1:10000/a/c/in.txt expired at 2029-12-31 23:59:59 UTC');
    expect(JSON.stringify(advice)).not.toContain('SECRET');
    expect(await adviceOn({ resourceFiles: file(VIRTUAL_EPOCH + 60_000) })).toEqual([]);
  });
});

describe('advice', () => {
  it('is told for each addition, with how often it was given in the job, and kept once', async () => {
    const told: [string, number][] = [];
    const account = await accountWithPool(1, {}, { onAdvice: ({ taskId }, count) => void told.push([taskId, count]) });
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await value(
      account.engine.tasks.addCollection(
        'job',
        ['a', 'b', 'c'].map((id) => ({ id, commandLine: 'echo $X' })),
      ),
    );
    expect(told).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    expect(account.engine.warnings()).toMatchObject([{ code: 'variableWithoutShell', taskId: 'a', count: 3 }]);
  });

  it('is not told for a task that is refused', async () => {
    const account = await accountWithPool(1);
    await value(account.engine.jobs.add({ id: 'job', poolInfo: { poolId: 'pool' } }));
    await account.engine.tasks.add('job', { id: 'not an id', commandLine: 'echo $X' });
    expect(account.engine.warnings()).toEqual([]);
  });

  it('is kept for the newest 500 kinds and jobs alone', async () => {
    const quotas = { dedicatedCores: 9, lowPriorityCores: 0, pools: 9, activeJobsAndSchedules: 1000 };
    const account = await accountWithPool(1, {}, { settings: { quotas } });
    for (let index = 0; index < 510; index += 1) {
      const id = `job${index}`;
      await value(account.engine.jobs.add({ id, poolInfo: { poolId: 'pool' } }));
      await value(account.engine.tasks.add(id, { id: 't', commandLine: 'cd /' }));
    }
    const warnings = account.engine.warnings();
    expect(warnings).toHaveLength(500);
    expect(warnings[0]?.jobId).toBe('job10');
  });
});
