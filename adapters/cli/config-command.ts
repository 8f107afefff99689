/** `batchrite config`: the settings that count, and where each came from. */
import { Command, Option } from 'commander';
import { authOption, targetOption } from './config-options.ts';
import type { ShowOptions } from './config-show.ts';
import { RUNTIME_CHOICES } from './runtime-choices.ts';

export function configCommand(): Command {
  return new Command('config')
    .description('show the settings that count, and where each came from')
    .addOption(targetOption('the target whose settings are shown'))
    .addOption(authOption())
    .addOption(new Option('--runtime <RUNTIME>', 'what nodes are made of').choices(RUNTIME_CHOICES))
    .option('--json', 'print one JSON line instead of text')
    .addHelpText(
      'after',
      '\nStrongest first: options, the environment, .env, batchrite.config.json (or .mjs), defaults.\n\nExamples:\n  $ batchrite config\n  $ batchrite config --target azure --json',
    )
    .action(async (options: ShowOptions) => {
      // Loaded only now: help and mistakes need none of it.
      const { showConfig } = await import('./config-show.ts');
      process.exitCode = await showConfig(options);
    });
}
