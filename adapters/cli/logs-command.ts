/** `batchrite logs`: what each attempt of a task wrote, earlier ones too, of which the service keeps nothing. */
import { Command, Option } from 'commander';
import { addEmulatorOptions } from './emulator-options.ts';
import type { LogsOptions } from './logs.ts';

export function logsCommand(): Command {
  const command = new Command('logs')
    .description('list the attempts of a task, or print what one of them wrote')
    .argument('<JOB>', 'the id of the job')
    .argument('<TASK>', 'the id of the task')
    .addOption(new Option('--attempt <N>', 'print the standard output of this attempt; without it they are listed'))
    .option('--stderr', 'print its standard error instead');
  return addEmulatorOptions(command)
    .option('--json', 'list the attempts as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  $ batchrite logs JOB TASK\n  $ batchrite logs JOB TASK --attempt 1\n  $ batchrite logs JOB TASK --attempt 1 --stderr',
    )
    .action(async (job: string, task: string, options: LogsOptions) => {
      // Loaded only now: help and mistakes need none of it.
      const { logs } = await import('./logs.ts');
      process.exitCode = await logs({ job, task }, options);
    });
}
