/** What a command line expects of a shell that nobody starts (batch-semantics 10.3, 13 item 28). */
import type { AdviceCode } from '../resources/advice.ts';
import { type Word, wordsOf } from './words.ts';

export interface Finding {
  readonly code: AdviceCode;
  /** Continues "its command line": a clause with the value in question. */
  readonly text: string;
  readonly remedy: string;
}

const SHELLS = /^(?:sh|bash|dash|ash|zsh|ksh|busybox|cmd|powershell|pwsh)(?:\.exe)?$/i;
/** Programs that start what follows them. */
const WRAPPERS = new Set(['env', 'sudo', 'nohup', 'time', 'timeout', 'nice', 'stdbuf']);
const BUILTINS = new Set(['cd', 'source', '.', 'export', 'set', 'unset', 'alias', 'ulimit', 'umask', 'eval', 'exec']);
/** They read patterns themselves. */
const PATTERN_READERS = new Set([
  'find',
  'grep',
  'egrep',
  'fgrep',
  'rg',
  'sed',
  'awk',
  'expr',
  'bc',
  'jq',
  'git',
  'tar',
  'unzip',
  'rsync',
  'az',
  'azcopy',
]);

/** At most one finding of a kind. */
export function findingsIn(commandLine: string): readonly Finding[] {
  const words = wordsOf(commandLine);
  const start = programIndex(words);
  const program = words[start];
  if (program === undefined) return [];
  const name = baseName(program.text);
  const remedy = throughShell(commandLine);
  if (SHELLS.test(name)) return shellFindings(name, words.slice(start + 1), remedy);
  if (words[0] !== undefined && /^[A-Za-z_]\w*=/.test(words[0].bare)) {
    return [
      {
        code: 'assignmentWithoutShell',
        text: `begins with "${words[0].text}", which only a shell understands as an assignment; here it is the name of the program`,
        remedy: `Use environmentSettings, or ${lower(remedy)}`,
      },
    ];
  }
  if (BUILTINS.has(name)) {
    return [
      {
        code: 'builtinWithoutShell',
        text: `begins with "${name}", which is a command of shells and no program`,
        remedy,
      },
    ];
  }
  return plainFindings(name, words, remedy);
}

function programIndex(words: readonly Word[]): number {
  let index = 0;
  while (index < words.length - 1 && WRAPPERS.has(baseName(words[index]?.text ?? ''))) {
    index += 1;
    while (index < words.length - 1 && /^(?:-|\d|[A-Za-z_]\w*=)/.test(words[index]?.text ?? '')) index += 1;
  }
  return index;
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

/** Everything after `cmd /c` is for cmd; a POSIX shell reads the one word after `-c`. */
function shellFindings(name: string, args: readonly Word[], remedy: string): readonly Finding[] {
  if (/^(?:cmd|powershell|pwsh)/i.test(name)) return [];
  const at = args.findIndex(({ text }) => /^-[a-z]*c$/.test(text));
  if (at < 0) return plainFindings(name, args, remedy);
  const script = args[at + 1];
  const rest = args.slice(at + 2);
  if (script === undefined || script.isQuoted || rest.length === 0) return [];
  return [
    {
      code: 'unquotedScript',
      text: `gives the shell only the word "${script.text}" to run: a script after -c must be one word, in quotes`,
      remedy: `Put quotes around all that belongs to the script: -c '${[script, ...rest].map(({ text }) => text).join(' ')}'.`,
    },
  ];
}

function plainFindings(name: string, words: readonly Word[], remedy: string): readonly Finding[] {
  const operator = words.find(({ bare }) => isOperator(bare));
  const variable = words.find(({ open }) => VARIABLE.test(open));
  const pattern = PATTERN_READERS.has(name) ? undefined : words.slice(1).find(({ bare }) => bare.includes('*'));
  const gets = 'which only a shell understands; the program gets it as it is';
  return [
    ...(operator === undefined
      ? []
      : [{ code: 'operatorWithoutShell', text: `has "${operator.bare}", ${gets}`, remedy } as const]),
    ...(variable === undefined
      ? []
      : [{ code: 'variableWithoutShell', text: `has "${shown(variable.open)}", ${gets}`, remedy } as const]),
    ...(pattern === undefined
      ? []
      : [{ code: 'globWithoutShell', text: `has "${shown(pattern.bare)}", ${gets}`, remedy } as const]),
  ];
}

const VARIABLE = /\$(?:[A-Za-z_]|\{|\()|`/;

/** Whole words and redirections; an `&` or `;` inside of a URL is none of them. */
function isOperator(bare: string): boolean {
  return /^(?:&&|\|\|?|;|&|<)$/.test(bare) || /^(?:\d|&)?>/.test(bare) || /[^;];$/.test(bare);
}

const LONG = 120;

function shown(text: string): string {
  return text.length <= LONG ? text : `${text.slice(0, LONG)}…`;
}

function throughShell(commandLine: string): string {
  if (commandLine.length > LONG) return "Let a shell read it: /bin/sh -c '…'.";
  return `Let a shell read it: /bin/sh -c '${commandLine.replaceAll("'", String.raw`'\''`)}'.`;
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
