/** The options that choose a target and how to sign in, shared by the commands that have a target. */
import { Option } from 'commander';
import type { Settings } from '../config/index.ts';

export interface ConfigOptions {
  readonly target?: string;
  readonly auth?: string;
  readonly runtime?: string;
}

/** Any profile of the configuration may be named, so it is checked with the rest of the configuration. */
export function targetOption(description: string): Option {
  return new Option('--target <TARGET>', `${description}: emulator, azure, or a profile (default: emulator)`);
}

export function authOption(): Option {
  return new Option('--auth <HOW>', 'how to sign in to Azure (default: key)').choices(['key', 'entra']);
}

/** The settings of this command: its options over the environment over files of the working directory. */
export async function settingsOf({ target, auth, runtime }: ConfigOptions): Promise<Settings> {
  const { loadSettings } = await import('../config/index.ts');
  return loadSettings({
    options: { target, auth, runtime },
    environment: process.env,
    directory: process.cwd(),
  });
}
