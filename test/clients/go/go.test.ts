// The Batch data-plane client of the Azure SDK for Go (api-version 2020-09-01.12.0, as Debian packages it), unmodified:
// a program is compiled without any download, leads a pool and a job through their life and tells what it saw.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { describeNeeding } from '../../support/suite.ts';
import { runProgram, useClientCloud } from '../support/client-cloud.ts';

const sources = fileURLToPath(new URL('.', import.meta.url));

/** Compiling the client's ten thousand lines, on a busy machine. */
const BUILD_TIMEOUT_MS = 180_000;

interface Refusal {
  readonly status: number;
  readonly text: string;
}

await describeNeeding(['go'], "the Go SDK's Batch client", ({ go }) => {
  const cloud = useClientCloud();
  let facts: Readonly<Record<string, unknown>> = {};

  beforeAll(async () => {
    const { environment, folder } = cloud();
    const program = join(folder, 'go-client');
    await succeed(go, ['build', '-o', program, '.'], {
      environment: {
        PATH: environment['PATH'] ?? '',
        HOME: folder,
        GO111MODULE: 'off',
        GOPATH: '/usr/share/gocode',
        GOFLAGS: '-buildvcs=false',
      },
      cwd: sources,
      deadlineMs: BUILD_TIMEOUT_MS,
    });
    facts = JSON.parse(await succeed(program, [], { environment, cwd: folder })) as typeof facts;
  }, BUILD_TIMEOUT_MS);

  test('creates a pool, waits for its nodes, and tells whether one exists', () => {
    expect(facts).toMatchObject({
      hasImage: true,
      pool: {
        state: 'active',
        allocationState: 'steady',
        vmSize: 'standard_d2s_v3',
        resizeTimeout: 'PT15M',
        currentDedicatedNodes: 2,
        taskSlotsPerNode: 4,
        tagIsTheHeaders: true,
      },
      exists: [200, 404],
    });
  });

  test('runs tasks, counts them, and pages through them by next links', () => {
    expect(facts).toMatchObject({
      added: { Success: 24 },
      counts: { active: 0, running: 0, completed: 25, succeeded: 24, failed: 1 },
      pages: [10, 10, 5],
      failed: ['', 3, 'FailureExitCode'],
    });
  });

  test('reads files whole, in part, and described by headers', () => {
    expect(facts).toMatchObject({
      stdout: ['0123456789\n', '234'],
      properties: ['11', 'False', 'text/plain'],
    });
  });

  // The service sends contentLength as text (wire-facts 5.3); the model of this client is a number.
  test('cannot list files: its model does not fit what the service sends', () => {
    expect(facts['listOfFiles']).toContain('StatusCode=200');
    expect(facts['listOfFiles']).toContain('cannot unmarshal string into Go struct field FileProperties');
  });

  test('is refused with the status and the code of the service', () => {
    const refusals = facts['refusals'] as Readonly<Record<string, Refusal>>;
    const expected = {
      missing: '404 PoolNotFound',
      exists: '409 JobExists',
      badID: '400 InvalidPropertyValue',
      stale: '412 ConditionNotMet',
      filter: '400 InvalidQueryParameterValue',
    };
    // This client cannot parse the error; its text quotes the body.
    const seen = Object.entries(refusals).map(([name, { status, text }]) => {
      const code = /\\"code\\":\\"(\w+)\\"/.exec(text)?.[1];
      return [name, `${status} ${code}`] as const;
    });
    expect(Object.fromEntries(seen)).toEqual(expected);
  });

  test('patches, disables, enables and terminates the job', () => {
    expect(facts['job']).toEqual([7, 'enough']);
  });

  test('manages nodes without the bodies that are optional, and runs a schedule', () => {
    expect(facts).toMatchObject({ nodesLeft: 1, jobOfSchedule: 'go-schedule:job-1' });
  });
});

async function succeed(command: string, args: readonly string[], options: Parameters<typeof runProgram>[2]) {
  const { exitCode, stdout, stderr } = await runProgram(command, args, options);
  if (exitCode !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${exitCode}:\n${stderr}`);
  return stdout;
}
