/** `--node-startup`: how long emulated nodes take, for every command that starts some. */
import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../core/kernel/index.ts';

export interface GivenNodeStartup {
  readonly nodeStartup?: string;
}

export function nodeStartupOption(): Option {
  return new Option(
    '--node-startup <TIME>',
    'how long emulated nodes take until they are idle: instant, azure, or a duration such as 2s (default: instant)',
  ).argParser(nodeStartup);
}

function nodeStartup(text: string): string {
  const word = text.trim().toLowerCase();
  if (word === 'instant' || word === 'azure' || (parseDuration(word) ?? -1) >= 0) return word;
  throw new InvalidArgumentError('It must be instant, azure, or a duration such as 2s.');
}
