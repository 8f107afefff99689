/** What `batchrite start` does: it opens the local cloud, says how to use it, and waits for its end. */
import { FaultError } from '../../core/index.ts';
import { type Account, parseAccounts } from '../../emulator/composition/index.ts';
import type { ServerLog } from '../../emulator/rest/index.ts';
import { type LocalService, type LocalServiceOptions, startLocalService } from '../composition/index.ts';
import { describeFault } from '../terminal/index.ts';
import { settingsOf } from './config-options.ts';
import { type GivenContainerOptions, containerOptions } from './container-options.ts';
import { ExitCode } from './exit-code.ts';
import { faultOf } from './fault-of.ts';
import { type Interruption, onInterruption } from './interruption.ts';
import type { GivenNodeStartup } from './node-startup-option.ts';
import { type TlsOptions, readTls } from './tls-files.ts';

export interface StartOptions extends TlsOptions, GivenContainerOptions, GivenNodeStartup {
  readonly port: number;
  readonly blobPort: number;
  readonly location?: string;
  readonly inMemory?: boolean;
  /** Absent: what the configuration says. */
  readonly runtime?: LocalServiceOptions['runtime'];
  readonly clock: 'real' | 'virtual';
  readonly storage: boolean;
  readonly host: string;
  readonly seed?: string;
  readonly oauth?: 'basic';
  readonly loose?: boolean;
  readonly strictApiVersion?: boolean;
  readonly accessLog?: boolean;
  readonly json?: boolean;
}

export async function start(options: StartOptions): Promise<number> {
  const interruption = onInterruption();
  try {
    const cloud = await open(options, interruption);
    process.stdout.write(options.json === true ? readyLine(cloud) : readyText(cloud));
    const stopped = interrupted(interruption.signal);
    const ended = await (cloud.azurite === undefined ? stopped : Promise.race([stopped, cloud.azurite.ended]));
    await cloud.close();
    if (ended === undefined) return ExitCode.success;
    throw new FaultError({ code: 'unavailable', message: ended });
  } catch (error) {
    const fault = faultOf(error);
    if (fault.code === 'cancelled') return ExitCode.success;
    process.stderr.write(describeFault(fault));
    return ExitCode.failure;
  } finally {
    interruption.dispose();
  }
}

/** The option, or the setting of the environment and the files, of which nothing else concerns a service on this machine. */
async function runtimeOf({ runtime }: StartOptions): Promise<LocalServiceOptions['runtime']> {
  if (runtime !== undefined) return runtime;
  const { requireUsable } = await import('../config/index.ts');
  const settings = await settingsOf({ target: 'emulator' });
  requireUsable(settings);
  return settings.runtime;
}

async function open(options: StartOptions, { signal }: Interruption): Promise<LocalService> {
  const accounts = accountsOf(process.env['BATCHRITE_ACCOUNTS']);
  const tls = readTls(options);
  if (options.oauth !== undefined && tls === undefined) {
    throw new FaultError({
      code: 'invalid',
      message: '--oauth needs HTTPS, because clients send tokens over nothing else: give --cert and --key, too.',
    });
  }
  return startLocalService({
    runtime: await runtimeOf(options),
    clock: options.clock,
    storage: options.storage,
    ...linkedStorageIn(process.env),
    host: options.host,
    containers: {
      ...containerOptions(options),
      onPull: ({ image, status }) => void process.stderr.write(`${image}: ${status}\n`),
    },
    port: options.port,
    blobPort: options.blobPort,
    ...(options.location === undefined ? {} : { location: options.location }),
    ...(options.nodeStartup === undefined ? {} : { nodeStartup: options.nodeStartup }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(tls === undefined ? {} : { tls }),
    ...(options.oauth === undefined ? {} : { oauth: options.oauth }),
    loose: options.loose === true,
    strictApiVersion: options.strictApiVersion === true,
    log: serverLog(options.accessLog === true),
    onRuntime: ({ name, reason }) => {
      if (options.json !== true) process.stdout.write(`Nodes are ${name}: ${reason}.\n`);
    },
    signal,
  });
}

/** Not an option, because everybody on the machine can read those: it holds a key. */
function linkedStorageIn(environment: NodeJS.ProcessEnv): Pick<LocalServiceOptions, 'linkedStorage'> {
  const text = environment['BATCHRITE_LINKED_STORAGE']?.trim() ?? '';
  return text === '' ? {} : { linkedStorage: text };
}

function accountsOf(text: string | undefined): readonly Account[] | undefined {
  return text === undefined || text.trim() === '' ? undefined : parseAccounts(text, 'BATCHRITE_ACCOUNTS');
}

function interrupted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** Standard output belongs to the ready line, so everything else goes to standard error. */
function serverLog(logsRequests: boolean): ServerLog {
  return {
    request: ({ method, path, status, code, account, operation, requestId }) => {
      if (!logsRequests) return;
      const words = [method, path, String(status), code, operation, account, requestId];
      process.stderr.write(`${words.filter((word) => word !== undefined).join(' ')}\n`);
    },
    warn: (message) => void process.stderr.write(`warning: ${message}\n`),
    failure: (message, error) =>
      void process.stderr.write(
        `failure: ${message}\n${error instanceof Error ? (error.stack ?? '') : String(error)}\n`,
      ),
  };
}

function accountOf({ emulator }: LocalService): { readonly name: string; readonly key: string } {
  const [account] = emulator.accounts;
  if (account === undefined) throw new Error('an emulator has at least one account');
  return account;
}

function readyLine(cloud: LocalService): string {
  const { emulator, azurite } = cloud;
  const account = accountOf(cloud);
  const ready = {
    batchEndpoint: emulator.url,
    account: account.name,
    key: account.key,
    // One account is the rule, and its line has no other members.
    ...(emulator.accounts.length === 1
      ? {}
      : { accounts: emulator.accounts.map(({ name, key }) => ({ account: name, key })) }),
    ...(azurite === undefined
      ? {}
      : { blobEndpoint: azurite.blobEndpoint, blobConnectionString: azurite.connectionString }),
    pid: process.pid,
  };
  return `${JSON.stringify(ready)}\n`;
}

function readyText(cloud: LocalService): string {
  const { emulator, azurite } = cloud;
  const account = accountOf(cloud);
  const blobs = azurite === undefined ? '' : `, its blobs at ${azurite.blobEndpoint}`;
  const storage = azurite === undefined ? '' : `export AZURE_STORAGE_CONNECTION_STRING='${azurite.connectionString}'\n`;
  return `Azure Batch is emulated at ${emulator.url}${blobs}.

For any Batch client, ready to paste:

export AZURE_BATCH_ENDPOINT='${emulator.url}'
export AZURE_BATCH_ACCOUNT='${account.name}'
export AZURE_BATCH_ACCESS_KEY='${account.key}'
${storage}${otherAccounts(cloud)}
Press Ctrl-C to stop.
`;
}

function otherAccounts({ emulator }: LocalService): string {
  const others = emulator.accounts.slice(1);
  if (others.length === 0) return '';
  const lines = others.map(({ name, key }) => `AZURE_BATCH_ACCOUNT='${name}' AZURE_BATCH_ACCESS_KEY='${key}'`);
  return `\nOther accounts at the same endpoint:\n\n${lines.join('\n')}\n`;
}
