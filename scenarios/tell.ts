/** What every story has around it: the names of what it creates, the clean-up, and how long it took. */
import { describeDuration, withCleanUp } from '../core/index.ts';
import type { CleanUp } from '../core/index.ts';
import type { ScenarioContext } from './scenario.ts';

export interface Telling {
  readonly scenario: string;
  /** The names of what this run creates, for machines that read along. */
  readonly names: object;
  readonly keep: boolean;
}

export async function tell(
  context: ScenarioContext,
  { scenario, names, keep }: Telling,
  story: (cleanUp: CleanUp) => Promise<void>,
): Promise<void> {
  const { clock, reporter } = context;
  const start = clock.now();
  reporter.fact('run', { scenario, ...names });
  await withCleanUp(context, { keep }, story);
  const elapsedMs = clock.now() - start;
  reporter.step(`Finished in ${describeDuration(elapsedMs)}`);
  reporter.fact('finished', { elapsedMs });
}
