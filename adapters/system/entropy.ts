/** Randomness of the machine, from which everything else that looks random is derived. */
import { randomBytes } from 'node:crypto';

/** Lower-case hexadecimal digits, for seeds, ids of runs and paths that must not be guessed. */
export function entropy(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits);
}
