// An emulated account for the contract whose nodes exist in virtual time only, and what of the contract it cannot show.
import type { SimulatedOutcome } from '../../../adapters/simulated/index.ts';
import { SimulatedRuntime } from '../../../adapters/simulated/index.ts';
import { VirtualClock } from '../../../core/kernel/index.ts';
import type { RunSpec } from '../../../emulator/engine/index.ts';
import type { EmulatedAccount } from '../batch-service/azure-on-emulator.ts';
import type { BatchServiceContract } from '../batch-service/batch-service-contract.ts';

/** How far the virtual clock goes between two looks. */
const STEP_MS = 100;

export const SKIPPED_ON_SIMULATED_NODES: NonNullable<BatchServiceContract['skip']> = [
  {
    reason: 'simulated nodes know a few commands of a shell only',
    tests: [
      'a task reads what the start task of its node has written',
      'tasks of a schedule have the directory of its job, by number',
      'a rebooted node runs its start task again and returns to work',
      'a failed task that is reactivated runs again',
      'a task whose program does not exist has failed without an exit code',
      'a command line is not run by a shell unless it names one',
      'a task waits for the tasks it depends on',
      'the list of a task has its output and everything below its working directory',
      'files with odd names are listed, looked at and read',
    ],
  },
];

/** The two programs of the contract that write more than `echo` can. */
function output({ commandLine }: RunSpec): SimulatedOutcome | undefined {
  const count = /'seq 1 (\d+)'/.exec(commandLine)?.[1];
  const printed = /'printf (\d+)'/.exec(commandLine)?.[1];
  if (count === undefined && printed === undefined) return undefined;
  const lines = Array.from({ length: Number(count ?? 0) }, (_, index) => `${index + 1}\n`);
  return { durationMs: 0, exitCode: 0, stdout: printed ?? lines.join('') };
}

export function simulatedContractAccount(): EmulatedAccount {
  const clock = new VirtualClock();
  return {
    clock,
    runtime: new SimulatedRuntime({ clock, program: output }),
    pause: async () => {
      clock.advance(STEP_MS);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
