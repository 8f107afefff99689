/** Values of command-line options, checked while they are read. */
import { InvalidArgumentError } from 'commander';

export function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (value <= 65_535) return value;
  throw new InvalidArgumentError('It must be a port from 0 to 65535.');
}
