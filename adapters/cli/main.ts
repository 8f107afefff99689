/** The command `batchrite`. Importing this file runs it; the launcher does so on a Node that is new enough. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { applicationCommand } from './application-command.ts';
import { cleanupCommand } from './cleanup-command.ts';
import { configCommand } from './config-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { cacheCompiledModules } from './compile-cache.ts';
import { ExitCode } from './exit-code.ts';
import { explainCommand } from './explain-command.ts';
import { logsCommand } from './logs-command.ts';
import { runCommand } from './run-command.ts';
import { scenariosCommand } from './scenarios-command.ts';
import { startCommand } from './start-command.ts';

function program(): Command {
  const batchrite = new Command('batchrite')
    .description('Azure Batch on this machine: the same REST API, and nodes that run your tasks here')
    .version(packageVersion())
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExamples:\n  $ batchrite run top-words\n  $ batchrite start\n  $ batchrite run top-words --help',
    )
    .addCommand(runCommand())
    .addCommand(startCommand())
    .addCommand(explainCommand())
    .addCommand(logsCommand())
    .addCommand(applicationCommand())
    .addCommand(configCommand())
    .addCommand(doctorCommand())
    .addCommand(cleanupCommand())
    .addCommand(scenariosCommand());
  throwInsteadOfExiting(batchrite);
  return batchrite;
}

/** Sub-commands that are added do not inherit it. */
function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  for (const sub of command.commands) throwInsteadOfExiting(sub);
}

function packageVersion(): string {
  // Beside the sources, or two folders above what was built from them.
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        readonly name?: string;
        readonly version?: string;
      };
      if (name === 'batchrite' && version !== undefined) return version;
    } catch {
      // the other place has it
    }
  }
  return 'unknown';
}

/** Nobody reads any more, as after `| head`: that is no mistake. */
function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}

cacheCompiledModules();
for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
try {
  await program().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has already said what is wrong; help and version end well.
  process.exitCode = error.exitCode === 0 ? ExitCode.success : ExitCode.usage;
}
