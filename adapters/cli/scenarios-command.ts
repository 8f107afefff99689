/** `batchrite scenarios`: what there is to run. */
import { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';

export function scenariosCommand(): Command {
  return new Command('scenarios')
    .description('list the scenarios')
    .option('--json', 'print JSON lines instead of text')
    .addHelpText('after', '\nExample:\n  $ batchrite scenarios')
    .action(({ json }: { readonly json?: boolean }) => {
      const width = Math.max(...scenarios.map(({ name }) => name.length));
      for (const { name, summary } of scenarios) {
        const line = json === true ? JSON.stringify({ name, summary }) : `${name.padEnd(width)}  ${summary}`;
        process.stdout.write(`${line}\n`);
      }
    });
}
