/** `batchrite explain`: asks a running emulator why a task, a node or a pool is where it is. */
import { Command, Option } from 'commander';
import { FaultError } from '../../core/index.ts';
import type { Explanation } from '../../emulator/engine/index.ts';
import { describeFault } from '../terminal/index.ts';
import { type ControlAccess, askEmulator } from './control-client.ts';
import { ExitCode } from './exit-code.ts';
import { faultOf } from './fault-of.ts';

interface ExplainOptions {
  readonly endpoint?: string;
  readonly account?: string;
  readonly json?: boolean;
}

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
  return command
    .addOption(
      new Option('--endpoint <URL>', 'the emulator (default: AZURE_BATCH_ENDPOINT, or http://127.0.0.1:10100)'),
    )
    .addOption(new Option('--account <NAME>', 'one of its accounts (default: AZURE_BATCH_ACCOUNT, or the first)'))
    .option('--json', 'print one JSON line instead of text')
    .action(async (...given: readonly unknown[]) => {
      const values = given.slice(0, parameters.length).map((value) => encodeURIComponent(String(value)));
      process.exitCode = await explainSubject(path(values), command.opts<ExplainOptions>());
    });
}

async function explainSubject(path: string, options: ExplainOptions): Promise<number> {
  try {
    const access: ControlAccess = { ...options, environment: process.env };
    const explanation = parse(await askEmulator(access, `explain/${path}`));
    process.stdout.write(options.json === true ? `${JSON.stringify(explanation)}\n` : textOf(explanation));
    return ExitCode.success;
  } catch (error) {
    process.stderr.write(describeFault(faultOf(error)));
    return ExitCode.failure;
  }
}

function parse(answer: unknown): Explanation {
  const { subject: about, state, reasons } = (answer ?? {}) as Partial<Explanation>;
  if (typeof about === 'string' && typeof state === 'string' && Array.isArray(reasons)) return answer as Explanation;
  throw new FaultError({
    code: 'failed',
    message: 'The answer is no explanation; this command and the emulator are of different versions.',
  });
}

function textOf({ subject: about, state, reasons }: Explanation): string {
  const lines = [`${about} is ${state}`, ''];
  for (const [index, { text, remedy }] of reasons.entries()) {
    lines.push(`  ${index + 1}. ${text}`);
    if (remedy !== undefined) lines.push(`     → ${remedy}`);
  }
  return `${lines.join('\n')}\n`;
}
