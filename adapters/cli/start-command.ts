/** `batchrite start`: the emulator with its Azurite, as a service, until Ctrl-C. */
import { Command, Option } from 'commander';
import { addContainerOptions } from './container-options.ts';
import { nodeStartupOption } from './node-startup-option.ts';
import { port } from './option-values.ts';
import { SERVICE_RUNTIME_CHOICES } from './runtime-choices.ts';
import type { StartOptions } from './start.ts';

/** Beside Azurite's 10000 to 10002. */
const DEFAULT_PORT = 10_100;
const DEFAULT_BLOB_PORT = 10_000;

export function startCommand(): Command {
  const command = new Command('start')
    .description('start the emulator and its Azurite, until Ctrl-C')
    .addOption(
      new Option('--port <N>', 'port of the Batch service; 0 takes a free one').argParser(port).default(DEFAULT_PORT),
    )
    .addOption(
      new Option('--blob-port <N>', 'port of the blob service; 0 takes a free one')
        .argParser(port)
        .default(DEFAULT_BLOB_PORT),
    )
    .addOption(new Option('--location <DIR>', 'keep blobs in this folder').conflicts('inMemory'))
    .option('--in-memory', 'keep nothing (the default)')
    .addOption(
      new Option('--runtime <RUNTIME>', 'what nodes are made of (default: auto)').choices(SERVICE_RUNTIME_CHOICES),
    )
    .addOption(
      new Option('--clock <CLOCK>', 'virtual: time stands still until POST /_batchrite/clock moves it')
        .choices(['real', 'virtual'])
        .default('real'),
    )
    .addOption(nodeStartupOption())
    .option('--seed <TEXT>', 'makes ids the same in every run')
    .option('--no-storage', 'start no Azurite')
    .addOption(
      new Option('--host <ADDRESS>', 'listen there; who reaches it can run commands here').default('127.0.0.1'),
    )
    .option('--cert <FILE>', 'serve HTTPS with this certificate: PEM with --key, or PFX with --pwd')
    .option('--key <FILE>', 'the PEM key of the certificate')
    .option('--pwd <TEXT>', 'the password of the PFX file')
    .addOption(
      new Option('--oauth <LEVEL>', 'take bearer tokens, their signature unchecked; needs HTTPS').choices(['basic']),
    )
    .option('--loose', 'overlook what is not known, and store what is not simulated')
    .option('--strict-api-version', 'refuse api-versions newer than any known one')
    .option('--access-log', 'print a line for each request')
    .option('--json', 'print one JSON line when it is ready')
    .addHelpText(
      'after',
      '\nBATCHRITE_ACCOUNTS in the environment sets the accounts: name:key, or name:key1:key2, several with ; between them.\nBATCHRITE_LINKED_STORAGE is the connection string of the storage account for application packages and autoStorageContainerName; without it that is the Azurite that is started.\n\nExamples:\n  $ batchrite start\n  $ batchrite start --port 0 --blob-port 0 --json\n  $ batchrite start --location ./azure\n  $ batchrite start --runtime simulated --clock virtual --seed s --no-storage',
    )
    .action(async (options: StartOptions) => {
      // Loaded only now: help and mistakes need none of it.
      const { start } = await import('./start.ts');
      process.exitCode = await start(options);
    });
  return addContainerOptions(command);
}
