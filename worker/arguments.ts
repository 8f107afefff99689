/** The worker's options. */
import { parseArgs } from 'node:util';
import { ExitCode, WorkerError } from './exit.ts';

export interface WorkerOptions {
  readonly filepath: string;
  readonly numWords: number;
  /** `https://{account}.blob.core.windows.net`, or another endpoint of the account. */
  readonly endpoint: string;
  readonly container: string;
  /** The query of a SAS, without `?`. */
  readonly sas: string;
  readonly ignoreCase: boolean;
}

export const usage = `Counts the words of a text file and uploads the most frequent ones to a storage container.

  --filepath FILE          the text file, UTF-8
  --numwords N             how many words to report, 1 or more
  --storageaccount NAME    the storage account
  --storagecontainer NAME  the container for the output
  --sastoken SAS           a shared access signature with write permission for the container
  --storageendpoint URL    the account's blob endpoint, when it is not https://NAME.blob.core.windows.net
  --ignore-case            count "Word" and "word" as one, in lower case

Exit codes: 0 done, 1 a bug, 2 wrong options, 3 no input file, 4 storage refused the upload,
5 storage cannot be reached, 6 the output cannot be written.`;

/** Throws a `WorkerError` that names the option and the value. */
export function parseArguments(args: readonly string[]): WorkerOptions | 'help' {
  const values = parse(args);
  if (values.help === true) return 'help';
  const filepath = required(values, 'filepath');
  const numWords = required(values, 'numwords');
  if (!/^[1-9]\d{0,8}$/.test(numWords)) throw wrong(`--numwords must be a whole number from 1, not "${numWords}".`);
  const account = required(values, 'storageaccount');
  const endpoint = values.storageendpoint ?? `https://${account}.blob.core.windows.net`;
  if (!/^https?:\/\/[^/]/.test(endpoint)) throw wrong(`--storageendpoint must be an http(s) URL, not "${endpoint}".`);
  return {
    filepath,
    numWords: Number(numWords),
    endpoint: endpoint.replace(/\/+$/, ''),
    container: required(values, 'storagecontainer'),
    sas: required(values, 'sastoken').replace(/^\?/, ''),
    ignoreCase: values['ignore-case'] === true,
  };
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  filepath: text,
  numwords: text,
  storageaccount: text,
  storagecontainer: text,
  sastoken: text,
  storageendpoint: text,
  'ignore-case': flag,
  help: flag,
} as const;

type Values = {
  [Name in keyof typeof options]?: (typeof options)[Name] extends { type: 'boolean' } ? boolean : string;
};
type TextOption = Exclude<keyof typeof options, 'ignore-case' | 'help'>;

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

function required(values: Values, name: TextOption): string {
  const value = values[name];
  if (value === undefined || value === '') throw wrong(`--${name} is missing.`);
  return value;
}

function wrong(message: string): WorkerError {
  return new WorkerError(ExitCode.usage, `${message} See --help.`);
}
