// The scenarios on containers, with the real command: what they show must be exact, and nothing is left behind.
import { expect, test } from 'vitest';
import { createSandbox, nothing } from '../support/sandbox.ts';
import { describeNeeding } from '../support/suite.ts';

interface Telling {
  readonly args: readonly string[];
  /** What has to be on the screen. */
  readonly shows: readonly (string | RegExp)[];
}

const tellings: Readonly<Record<string, Telling>> = {
  dependencies: {
    args: ['--numbers', '100', '--parts', '3'],
    shows: [
      '1717 + 1650 + 1683 = 5050',
      /extract +from 0 ms/,
      /merge +from .* on tvmps_/,
      'The numbers from 1 to 100 add up to 5050',
    ],
  },
  retries: {
    args: [],
    shows: [
      /^ +second-try +exit code 0 +at try 2 /m,
      /^ +after-good-enough +exit code 0 +at the first try /m,
      /^ +gives-up +exit code 4 +at try 3 /m,
      /^ +after-gives-up +never starts /m,
      'The job has ended by itself: TaskFailed',
    ],
  },
  'output-files': {
    args: [],
    shows: [
      'What the node says of the uploads of succeeds, in fileuploadout.txt:',
      'The nodes uploaded 8 files:',
      /^ +fails\/saved\.txt +11 B +half of it$/m,
      /^ +succeeds\/tables\/deep\/b\.csv +4 B +3,4$/m,
    ],
  },
  'preparation-and-release': {
    args: ['--words', 'the', 'zebra'],
    shows: [
      /^ +the +157 /m,
      /^ +zebra +0 /m,
      '2 nodes prepared once for 2 tasks:',
      /prepared: exit code 0 .* 1 task +released: exit code 0/,
      'Nothing of the data is left on the nodes',
    ],
  },
  'multi-instance': {
    args: ['--instances', '2'],
    shows: [
      /^ +primary +tvmps_\w+… +[\d.]+ +runs the application$/m,
      /^ +subtask 1 +tvmps_\w+… +[\d.]+ +knows the primary at [\d.]+$/m,
      /^ +[\d.]+ answers\n +[\d.]+ answers$/m,
    ],
  },
  'job-schedule': {
    args: ['--runs', '1'],
    shows: [/:job-1 +came at once +ended after .* \(JMComplete\) +this is run 1$/m],
  },
  sweep: {
    args: ['--tasks', '60', '--nodes', '2', '--slots', '3'],
    shows: [
      '60 tasks ran on 2 nodes:',
      /^ +tvmps_\w+… +\d+ tasks? +[123] at most at a time, of 3 slots$/m,
      'Of the numbers from 1 to 60, 54 takes the longest way to 1: 112 steps',
    ],
  },
  'pool-reuse': {
    args: ['--jobs', '3', '--nodes', '1'],
    shows: [
      /^ +job 1 +.* of it for the nodes\n +job 2 +.* +the nodes were warm\n +job 3 +.* +the nodes were warm$/m,
      /^ +job 1 +on tvmps_\w+… +the start task's file of [\d-]+T[\d:]+Z +nothing of an earlier job$/m,
      /^ +job 3 +on tvmps_\w+… +the start task's file of [\d-]+T[\d:]+Z +what jobs 1, 2 left$/m,
    ],
  },
};

await describeNeeding(['docker'], 'a scenario on containers', () => {
  test.each(Object.entries(tellings))(
    '%s shows what it is to show, and leaves nothing',
    async (name, { args, shows }) => {
      const sandbox = await createSandbox();
      const { code, stdout, stderr } = await sandbox.run(['run', name, '--runtime', 'docker', '--yes', ...args]);
      expect({ code, output: stdout + stderr }).toMatchObject({ code: 0 });
      for (const text of shows) expect(stdout).toMatch(text);
      expect(await sandbox.leftovers()).toEqual(nothing);
    },
    120_000,
  );
});
