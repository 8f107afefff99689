/** `batchrite run SCENARIO`: tells a story on the emulator or on a cloud account. */
import { Command, Option } from 'commander';
import { FaultError } from '../../core/index.ts';
import { type Scenario, type RawOptions, type RawValue, scenarios } from '../../scenarios/index.ts';
import { type ConfigOptions, authOption, settingsOf, targetOption } from './config-options.ts';
import { type GivenContainerOptions, addContainerOptions, containerOptions } from './container-options.ts';
import { ExitCode } from './exit-code.ts';
import { faultOf } from './fault-of.ts';
import { onInterruption } from './interruption.ts';
import { type GivenNodeStartup, nodeStartupOption } from './node-startup-option.ts';
import { RUNTIME_CHOICES } from './runtime-choices.ts';

interface RunOptions extends GivenContainerOptions, GivenNodeStartup, ConfigOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function runCommand(): Command {
  const run = new Command('run').description('run a scenario').usage('SCENARIO [options]');
  for (const scenario of scenarios) run.addCommand(scenarioCommand(scenario));
  run.addHelpText('after', '\nExamples:\n  $ batchrite run top-words\n  $ batchrite run top-words --help');
  return run;
}

function scenarioCommand(scenario: Scenario): Command {
  const command = new Command(scenario.name).description(scenario.summary);
  command
    .addOption(targetOption('where it runs'))
    .addOption(authOption())
    .addOption(new Option('--runtime <RUNTIME>', 'what nodes are made of (default: auto)').choices(RUNTIME_CHOICES))
    .addOption(nodeStartupOption());
  for (const [name, option] of Object.entries(scenario.options)) {
    const value =
      option.placeholder === undefined
        ? ''
        : ` ${option.isList === true ? `<${option.placeholder}...>` : `<${option.placeholder}>`}`;
    const shownDefault = option.shownDefault === undefined ? '' : ` (default: ${option.shownDefault})`;
    command.option(`--${name}${value}`, `${option.description}${shownDefault}`);
  }
  addContainerOptions(command);
  command
    .option('--yes', 'take the default answer to every question, and agree to what it costs')
    .option('--json', 'print JSON lines instead of text')
    .addHelpText('after', `\n${examplesOf(scenario)}`)
    .action(async (options: RunOptions) => {
      process.exitCode = await runScenario(scenario, command, options);
    });
  return command;
}

function examplesOf(scenario: Scenario): string {
  const lines = scenario.examples.map((example) => `  $ batchrite run ${scenario.name} ${example}`.trimEnd());
  return ['Examples:', ...lines, `  $ batchrite run ${scenario.name} --target azure`].join('\n');
}

async function runScenario(scenario: Scenario, command: Command, options: RunOptions): Promise<number> {
  const raw = rawOptions(scenario, command);
  const prepared = prepare(scenario, command, raw);
  // Loaded only now: help and mistakes need none of it.
  const [{ openTarget }, { createTerminal }] = await Promise.all([
    import('../composition/index.ts'),
    import('../terminal/index.ts'),
  ]);
  const terminal = createTerminal({ yes: options.yes === true, json: options.json === true });
  const interruption = onInterruption();
  try {
    const settings = await settingsOf(options);
    for (const warning of settings.warnings) terminal.reporter.warn(warning);
    const target = await openTarget({
      settings,
      containers: containerOptions(options),
      ...(options.nodeStartup === undefined ? {} : { nodeStartup: options.nodeStartup }),
      reporter: terminal.reporter,
      questions: terminal.questions,
      signal: interruption.signal,
    });
    try {
      const { isPaid, agreeToSpend } = await import('./spending.ts');
      if (isPaid(settings)) {
        const { runId, reporter, questions } = target.context;
        const footprint = scenario.footprint(raw, runId);
        const isAgreed = options.yes === true;
        const { signal } = interruption;
        await agreeToSpend({ settings, footprint, runId, reporter, questions, isAgreed, signal });
      }
      await prepared(target.context);
    } finally {
      await target.close();
    }
    return ExitCode.success;
  } catch (error) {
    // Whatever an interruption broke, the interruption is the reason.
    terminal.fault(faultOf(interruption.signal.aborted ? interruption.signal.reason : error));
    return interruption.exitCode ?? ExitCode.failure;
  } finally {
    interruption.dispose();
    terminal.close();
  }
}

/** A bad value is the user's mistake, told like any other bad option. */
function prepare(scenario: Scenario, command: Command, raw: RawOptions): ReturnType<Scenario['prepare']> {
  try {
    return scenario.prepare(raw);
  } catch (error) {
    if (error instanceof FaultError) command.error(`error: ${error.message}`, { exitCode: ExitCode.usage });
    throw error;
  }
}

/** The scenario's own options under their names; commander hands them over in camel case. */
function rawOptions(scenario: Scenario, command: Command): RawOptions {
  const given = command.opts<Readonly<Record<string, RawValue>>>();
  const names = Object.keys(scenario.options);
  return Object.fromEntries(names.map((name) => [name, given[new Option(`--${name}`).attributeName()]]));
}
