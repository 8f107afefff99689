/** The options that name a running emulator, for every command that asks one. */
import { type Command, Option } from 'commander';

export interface GivenEmulator {
  readonly endpoint?: string;
  readonly account?: string;
}

export function addEmulatorOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--endpoint <URL>', 'the emulator (default: AZURE_BATCH_ENDPOINT, or http://127.0.0.1:10100)'),
    )
    .addOption(new Option('--account <NAME>', 'one of its accounts (default: AZURE_BATCH_ACCOUNT, or the first)'));
}
