/** Ctrl-C and friends: the first asks for an orderly end, a later one ends at once. */
import { FaultError } from '../../core/index.ts';

/** The same Ctrl-C may arrive twice, through the terminal and through npm. */
const SAME_PRESS_MS = 1_000;

export interface Interruption {
  readonly signal: AbortSignal;
  /** Stops listening. */
  dispose(): void;
}

export function onInterruption(): Interruption {
  const controller = new AbortController();
  let first: number | undefined;
  const interrupt = (name: NodeJS.Signals): void => {
    const now = performance.now();
    if (first !== undefined) {
      if (now - first > SAME_PRESS_MS) process.exit(name === 'SIGINT' ? 130 : 143);
      return;
    }
    first = now;
    controller.abort(new FaultError({ code: 'cancelled', message: 'Interrupted.' }));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}
