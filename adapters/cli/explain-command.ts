/** `batchrite explain`: asks a running emulator why a task, a node or a pool is where it is. */
import { Command } from 'commander';
import { addEmulatorOptions } from './emulator-options.ts';
import type { ExplainOptions } from './explain.ts';

export function explainCommand(): Command {
  const explain = new Command('explain')
    .description('say why a task is still active, or a node or a pool does not do what it should')
    .addHelpText(
      'after',
      '\nExamples:\n  $ batchrite explain task JOB TASK\n  $ batchrite explain node POOL NODE\n  $ batchrite explain pool POOL --json',
    );
  explain.addCommand(
    subject('task', 'why a task is in its state', ['job', 'task'], ([job, task]) => `jobs/${job}/tasks/${task}`),
  );
  explain.addCommand(
    subject('node', 'what a node does', ['pool', 'node'], ([pool, node]) => `pools/${pool}/nodes/${node}`),
  );
  explain.addCommand(subject('pool', 'why a pool has the nodes that it has', ['pool'], ([pool]) => `pools/${pool}`));
  return explain;
}

function subject(
  name: string,
  description: string,
  parameters: readonly string[],
  path: (values: readonly string[]) => string,
): Command {
  const command = new Command(name).description(description);
  for (const parameter of parameters) command.argument(`<${parameter.toUpperCase()}>`, `the id of the ${parameter}`);
  return addEmulatorOptions(command)
    .option('--json', 'print one JSON line instead of text')
    .action(async (...given: readonly unknown[]) => {
      const values = given.slice(0, parameters.length).map((value) => encodeURIComponent(String(value)));
      // Loaded only now: help and mistakes need none of it.
      const { explainSubject } = await import('./explain.ts');
      process.exitCode = await explainSubject(path(values), command.opts<ExplainOptions>());
    });
}
