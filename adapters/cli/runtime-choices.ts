/** What `--runtime` takes. A list of its own: the composition is loaded only by commands that start something. */
import type { RuntimeChoice } from '../composition/index.ts';

export const RUNTIME_CHOICES = ['auto', 'docker', 'process'] as const satisfies readonly RuntimeChoice[];

/** A service may also pretend; a run of a scenario needs its programs carried out. */
export const SERVICE_RUNTIME_CHOICES = [...RUNTIME_CHOICES, 'simulated'] as const;
