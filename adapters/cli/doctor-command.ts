/** `batchrite doctor`: looks at everything that a run needs, before there is a run. */
import { Command, Option } from 'commander';
import { authOption, targetOption } from './config-options.ts';
import type { DoctorOptions } from './doctor/doctor.ts';
import { RUNTIME_CHOICES } from './runtime-choices.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check everything that a run needs, and say what to do')
    .argument('[SCENARIO]', 'what is to be run', 'top-words')
    .addOption(targetOption('where it is to be run'))
    .addOption(authOption())
    .addOption(new Option('--runtime <RUNTIME>', 'what nodes are made of (default: auto)').choices(RUNTIME_CHOICES))
    .option('--json', 'print JSON lines instead of text')
    .addHelpText('after', '\nExamples:\n  $ batchrite doctor\n  $ batchrite doctor --target azure')
    .action(async (scenario: string, options: DoctorOptions) => {
      // Loaded only now: help and mistakes need none of it.
      const { examine } = await import('./doctor/doctor.ts');
      process.exitCode = await examine(scenario, options);
    });
}
