/** `batchrite cleanup`: finds what interrupted runs have left in an account, and removes it. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CleanupOptions } from './cleanup.ts';
import { authOption, targetOption } from './config-options.ts';

export function cleanupCommand(): Command {
  return new Command('cleanup')
    .description('remove what an interrupted run left: its jobs and job schedules, its pool and its containers')
    .addOption(targetOption('whose account; emulator is one that runs already'))
    .addOption(authOption())
    .addOption(new Option('--run <ID>', 'the run; without it the runs that are found are listed').argParser(runId))
    .option('--yes', 'delete without asking')
    .option('--json', 'print JSON lines instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  $ batchrite cleanup --target azure\n  $ batchrite cleanup --target azure --run 8fc391ac',
    )
    .action(async (options: CleanupOptions) => {
      // Loaded only now: help and mistakes need none of it.
      const { cleanUp } = await import('./cleanup.ts');
      process.exitCode = await cleanUp(options);
    });
}

function runId(text: string): string {
  if (/^[a-z0-9]{1,20}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the id of a run, such as 8fc391ac: the end of its names.');
}
