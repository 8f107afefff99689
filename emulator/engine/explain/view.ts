/** What explanations are made from: the world at one instant, and how long things take in it. */
import type { Instant } from '../../../core/kernel/index.ts';
import type { World } from '../domain/world.ts';
import type { Reason } from '../resources/explanation.ts';
import type { EngineSettings } from '../settings.ts';

export interface View {
  readonly world: World;
  readonly now: Instant;
  readonly settings: EngineSettings;
}

export function reason(code: Reason['code'], text: string, remedy?: string): Reason {
  return { code, text, ...(remedy === undefined ? {} : { remedy }) };
}
