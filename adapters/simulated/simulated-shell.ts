/**
 * What a command does on a simulated node: a small part of a shell, so that the command lines of
 * tests and scenarios have the outcome that they have on a real one, in virtual time.
 */
import type { Milliseconds } from '../../core/kernel/index.ts';
import type { RunSpec } from '../../emulator/engine/index.ts';
import { packageVariables } from './simulated-packages.ts';

/** What a simulated run does. */
export interface SimulatedOutcome {
  readonly durationMs: Milliseconds;
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

interface State {
  durationMs: number;
  stdout: string;
  stderr: string;
  readonly variables: ReadonlyMap<string, string>;
}

const SHELL = /^\/bin\/(?:ba)?sh\s+-c\s+(.*)$/s;

/**
 * Knows `sleep`, `exit`, `echo` (also to `>&2`), `true` and `false`, joined by `;`, `&&` and `||`, inside
 * or outside of `/bin/sh -c`. Every other command succeeds at once without output.
 */
export function simulateShell(run: RunSpec): SimulatedOutcome {
  const variables = new Map([
    ...packageVariables(run.packages),
    ...run.environment.map(({ name, value }) => [name, value] as const),
  ]);
  const state: State = { durationMs: 0, stdout: '', stderr: '', variables };
  if (run.words === 'blanks') return withoutQuotes(run, state);
  const script = SHELL.exec(run.commandLine.trim());
  const exitCode = runScript(script === null ? run.commandLine : unquote(script[1] ?? ''), state);
  return { durationMs: state.durationMs, exitCode, stdout: state.stdout, stderr: state.stderr };
}

/** Quotes of the command line are letters: a shell's script ends at its first blank, mostly within a quote. */
function withoutQuotes({ commandLine }: RunSpec, state: State): SimulatedOutcome {
  const words = commandLine.split(/\s+/).filter((word) => word !== '');
  const script = /^\/bin\/(?:ba)?sh$/.test(words[0] ?? '') && words[1] === '-c' ? (words[2] ?? '') : undefined;
  const isOpen = ((script ?? '').match(/['"]/g)?.length ?? 0) % 2 === 1;
  if (isOpen) return { durationMs: 0, exitCode: 2, stderr: 'unterminated quoted string\n' };
  const exitCode = script === undefined ? runCommand(words[0] ?? '', words.slice(1), state) : runScript(script, state);
  return { durationMs: state.durationMs, exitCode, stdout: state.stdout, stderr: state.stderr };
}

function runScript(script: string, state: State): number {
  let status = 0;
  let stopsOnError = false;
  for (const { joiner, words, isOptional } of parse(script)) {
    if ((joiner === '&&' && status !== 0) || (joiner === '||' && status === 0)) continue;
    const [program = '', ...args] = words.map((word) => expand(word, state.variables));
    if (program === 'exit') return Number(args[0] ?? status) & 255;
    if (program === 'set' && args[0]?.includes('e') === true) stopsOnError = true;
    status = runCommand(program, args, state);
    if (status !== 0 && stopsOnError && !isOptional) return status;
  }
  return status;
}

function runCommand(program: string, args: readonly string[], state: State): number {
  switch (program) {
    case 'sleep':
      state.durationMs += Number(args[0] ?? 0) * 1000;
      return 0;
    case 'echo': {
      const isError = args.some((word) => word === '>&2' || word === '1>&2');
      const text = `${args.filter((word) => word !== '>&2' && word !== '1>&2').join(' ')}\n`;
      if (isError) state.stderr += text;
      else state.stdout += text;
      return 0;
    }
    case 'false':
      return 1;
    default:
      return 0;
  }
}

interface Command {
  readonly joiner: ';' | '&&' | '||';
  readonly words: readonly string[];
  /** Its failure is looked at by the next command. */
  readonly isOptional: boolean;
}

const TOKEN = /&&|\|\||;|\n|'[^']*'|"(?:[^"\\]|\\.)*"|(?:[^\s;&|'"]|&(?!&)|\|(?!\|))+/g;

function parse(script: string): readonly Command[] {
  const commands: Command[] = [];
  let joiner: Command['joiner'] = ';';
  let words: string[] = [];
  let end = -1;
  const finish = (next: Command['joiner']): void => {
    if (words.length > 0) commands.push({ joiner, words, isOptional: next !== ';' });
    words = [];
    joiner = next;
  };
  for (const match of script.matchAll(TOKEN)) {
    const token = match[0];
    if (token === ';' || token === '\n') finish(';');
    else if (token === '&&' || token === '||') finish(token);
    else if (match.index === end && words.length > 0) words.push(`${words.pop() ?? ''}${token}`);
    else words.push(token);
    end = match.index + token.length;
  }
  finish(';');
  return commands;
}

function unquote(word: string): string {
  if (word.startsWith("'")) return word.slice(1, word.endsWith("'") ? -1 : undefined).replaceAll("'\\''", "'");
  if (word.startsWith('"')) return word.slice(1, word.endsWith('"') ? -1 : undefined).replaceAll(/\\(["\\$`])/g, '$1');
  return word;
}

function expand(word: string, variables: ReadonlyMap<string, string>): string {
  if (word.startsWith("'")) return unquote(word);
  return unquote(word).replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => variables.get(name) ?? '');
}
