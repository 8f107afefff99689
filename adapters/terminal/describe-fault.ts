/** A fault as a person reads it: the sentence, then its keys and values. */
import type { Fault } from '../../core/index.ts';

interface Colors {
  readonly red: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

const plain: Colors = { red: (text) => text, bold: (text) => text, dim: (text) => text };

/** Ends with a line break. A value of several lines stands below its key. */
export function describeFault(fault: Fault, colors: Colors = plain): string {
  const lines = [`${colors.red(colors.bold('Error:'))} ${fault.message}`];
  for (const { key, value } of fault.details ?? []) {
    const [first = '', ...rest] = value.split('\n');
    lines.push(`  ${colors.bold(`${key}:`)} ${first}`, ...rest.map((line) => `    ${line}`));
  }
  const { service } = fault;
  if (service?.requestId !== undefined) lines.push(colors.dim(`  request id: ${service.requestId}`));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
