/** Command lines for a Linux node. Batch starts a program without a shell, so what needs one is wrapped here. */

const needsNoQuotes = /^[\w/:=.,@%+-]+$/;

/**
 * One argument as a POSIX shell reads it: any text, also with spaces, quotes, `$`, backslashes, line breaks or letters
 * outside ASCII, arrives as it is.
 */
export function shellQuote(argument: string): string {
  if (needsNoQuotes.test(argument)) return argument;
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A task's command line that runs `commands`, lines of shell code, one after the other in bash. The first one that
 * fails ends it with its exit code, in a pipe too; what runs in the background is waited for. The node splits the
 * result by POSIX rules (batch-semantics 10.3), so the script is one quoted word.
 */
export function linuxShell(commands: readonly string[]): string {
  const script = ['set -e', 'set -o pipefail', ...commands].map(ended).join(' ').concat(' wait');
  return `/bin/bash -c ${shellQuote(script)}`;
}

/** An `&` ends a command as `;` does, and bash does not take both. */
function ended(command: string): string {
  return /(^|[^&])&\s*$/.test(command) ? command : `${command};`;
}
