// `batchrite start` for tests that need a service to talk to: the real command on free ports, with what it printed.
import { BatchServiceClient, BatchSharedKeyCredentials } from '@azure/batch';
import type { Command, Sandbox } from './sandbox.ts';

/** The line that `start --json` prints, by its documented members. */
export interface ReadyLine {
  readonly batchEndpoint: string;
  readonly account: string;
  readonly key: string;
  readonly blobEndpoint: string;
  readonly blobConnectionString: string;
  readonly pid: number;
}

export interface LocalService {
  readonly command: Command;
  readonly ready: ReadyLine;
  /** The unmodified client. */
  readonly client: BatchServiceClient;
  /** What clients that are configured by the environment read, `run --target azure` among them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts the service in the sandbox and waits until it is ready. */
export async function startService(sandbox: Sandbox, ...more: readonly string[]): Promise<LocalService> {
  const args = ['start', '--port', '0', '--blob-port', '0', '--runtime', 'process', '--json', ...more];
  const command = sandbox.start(args);
  const [line] = await command.says(/^\{.*\}\n/);
  const ready = JSON.parse(line) as ReadyLine;
  return {
    command,
    ready,
    client: new BatchServiceClient(new BatchSharedKeyCredentials(ready.account, ready.key), ready.batchEndpoint),
    environment: {
      AZURE_BATCH_ENDPOINT: ready.batchEndpoint,
      AZURE_BATCH_ACCOUNT: ready.account,
      AZURE_BATCH_ACCESS_KEY: ready.key,
      AZURE_STORAGE_CONNECTION_STRING: ready.blobConnectionString,
    },
  };
}
