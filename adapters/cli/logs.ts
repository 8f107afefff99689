/** What `batchrite logs` does: it asks the emulator for a task's attempts, or for what one of them wrote. */
import { pipeline } from 'node:stream/promises';
import { FaultError, describeDuration } from '../../core/index.ts';
import { describeFault } from '../terminal/index.ts';
import { type ControlAccess, askEmulator, streamFromEmulator } from './control-client.ts';
import type { GivenEmulator } from './emulator-options.ts';
import { ExitCode } from './exit-code.ts';
import { faultOf } from './fault-of.ts';

export interface LogsOptions extends GivenEmulator {
  readonly attempt?: string;
  readonly stderr?: boolean;
  readonly json?: boolean;
}

interface Attempt {
  readonly number: number;
  readonly nodeId: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly exitCode?: number;
  readonly end: string;
  readonly hasLogs: boolean;
}

/** Returns the exit code. */
export async function logs(
  { job, task }: { readonly job: string; readonly task: string },
  options: LogsOptions,
): Promise<number> {
  const access: ControlAccess = { ...options, environment: process.env };
  const path = `jobs/${encodeURIComponent(job)}/tasks/${encodeURIComponent(task)}/attempts`;
  try {
    if (options.attempt !== undefined || options.stderr === true) {
      const attempt = options.attempt ?? String((await attemptsOf(access, path)).at(-1)?.number ?? 1);
      const file = options.stderr === true ? 'stderr.txt' : 'stdout.txt';
      const log = await streamFromEmulator(access, `${path}/${encodeURIComponent(attempt)}/${file}`);
      await pipeline(log, process.stdout, { end: false });
      return ExitCode.success;
    }
    const attempts = await attemptsOf(access, path);
    process.stdout.write(options.json === true ? `${JSON.stringify(attempts)}\n` : textOf(task, attempts));
    return ExitCode.success;
  } catch (error) {
    process.stderr.write(describeFault(faultOf(error)));
    return ExitCode.failure;
  }
}

async function attemptsOf(access: ControlAccess, path: string): Promise<readonly Attempt[]> {
  const { attempts } = ((await askEmulator(access, path)) ?? {}) as { readonly attempts?: readonly Attempt[] };
  if (attempts !== undefined) return attempts;
  throw new FaultError({
    code: 'failed',
    message: 'The answer is no list of attempts; this command and the emulator are of different versions.',
  });
}

function textOf(task: string, attempts: readonly Attempt[]): string {
  if (attempts.length === 0) return `Task ${task} has not started yet: batchrite explain task says why.\n`;
  const lines = attempts.map((attempt) => {
    const { number, nodeId, startTime, endTime, end, exitCode, hasLogs } = attempt;
    const lasted =
      endTime === undefined ? '' : ` after ${describeDuration(Date.parse(endTime) - Date.parse(startTime))}`;
    const exit = exitCode === undefined ? '' : `, exit code ${exitCode}`;
    return `${String(number).padStart(3)}  ${startTime}  ${nodeId}\n     ${end}${lasted}${exit}${hasLogs ? '' : ', its logs are gone'}`;
  });
  return `${lines.join('\n')}\n`;
}
