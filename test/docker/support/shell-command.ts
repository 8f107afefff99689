// A script as one word of the agent's splitting, whatever quotes it has.

export function shellCommand(script: string): string {
  return `/bin/sh -c "${script.replaceAll(/[\\"$`]/g, '\\$&')}"`;
}
