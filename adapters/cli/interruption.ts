/** Ctrl-C and friends: the first asks for an orderly end, a later one ends at once. */
import { constants } from 'node:os';
import { FaultError } from '../../core/index.ts';

/** The same Ctrl-C may arrive twice, through the terminal and through npm. */
const SAME_PRESS_MS = 1_000;

export interface Interruption {
  readonly signal: AbortSignal;
  /** What a command that was interrupted exits with, as shells say it: 130 for Ctrl-C. Absent when it was not. */
  readonly exitCode: number | undefined;
  /** Stops listening. */
  dispose(): void;
}

export function onInterruption(): Interruption {
  const controller = new AbortController();
  let first: number | undefined;
  let exitCode: number | undefined;
  const interrupt = (name: NodeJS.Signals): void => {
    const now = performance.now();
    if (first !== undefined) {
      if (now - first > SAME_PRESS_MS) process.exit(exitCode);
      return;
    }
    first = now;
    exitCode = 128 + constants.signals[name];
    controller.abort(new FaultError({ code: 'cancelled', message: 'Interrupted.' }));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    dispose: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}
