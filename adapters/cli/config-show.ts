/** What `batchrite config` prints, for people and for machines. */
import { SETTING_KEYS, type Settings, describeSource, shownText } from '../config/index.ts';
import { describeFault } from '../terminal/index.ts';
import { type ConfigOptions, settingsOf } from './config-options.ts';
import { ExitCode } from './exit-code.ts';
import { faultOf } from './fault-of.ts';

export interface ShowOptions extends ConfigOptions {
  readonly json?: boolean;
}

/** Settings that cannot be used end with 1, after they have been shown. */
export async function showConfig(options: ShowOptions): Promise<number> {
  try {
    const settings = await settingsOf(options);
    process.stdout.write(options.json === true ? `${JSON.stringify(machineView(settings))}\n` : humanView(settings));
    return settings.problems.length === 0 ? ExitCode.success : ExitCode.failure;
  } catch (error) {
    process.stderr.write(describeFault(faultOf(error)));
    return ExitCode.failure;
  }
}

function machineView(settings: Settings): object {
  return {
    target: settings.target,
    kind: settings.kind,
    usable: settings.problems.length === 0,
    settings: settings.values.map((value) => ({
      name: value.key,
      value: shownText(value),
      source: describeSource(value.source),
    })),
    prices: settings.prices,
    files: settings.files,
    problems: settings.problems,
    warnings: settings.warnings,
  };
}

function humanView(settings: Settings): string {
  const rows = settings.values.map((value) => [value.key, shownText(value), describeSource(value.source)] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map(([name, value, source]) => {
    return `${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${source}`;
  });
  const unset = SETTING_KEYS.filter((key) => settings.values.every((value) => value.key !== key));
  if (unset.length > 0) {
    // An emulator that is started for a run needs no accounts.
    lines.push('', `${settings.kind === 'service' ? 'Not set' : 'Not used'}: ${unset.join(', ')}`);
  }
  for (const [size, price] of Object.entries(settings.prices)) lines.push(`price of ${size}: ${price} USD an hour`);
  lines.push(`Files read: ${settings.files.length === 0 ? 'none' : settings.files.join(', ')}`);
  for (const warning of settings.warnings) lines.push('', `Warning: ${warning}`);
  for (const problem of settings.problems) lines.push('', `Error: ${problem}`);
  return `${lines.join('\n')}\n`;
}
