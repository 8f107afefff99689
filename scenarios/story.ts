/**
 * What every story has around it: options for its pool and its end, names that end with the run's id, the clean-up, and how
 * long it took.
 */
import { describeDuration, withCleanUp } from '../core/index.ts';
import type { CleanUp } from '../core/index.ts';
import { flag, text } from './options.ts';
import type { Option, ValuesOf } from './options.ts';
import { defineScenario } from './scenario.ts';
import type { Footprint, OptionSet, Scenario, ScenarioContext } from './scenario.ts';

/** The last options of a story; one that has more to say of them says it. */
export const storyOptions = {
  pool: text('ID', 'use this pool, or create it under this name'),
  keep: flag('delete nothing at the end'),
} as const;

type StoryOptions = OptionSet & { readonly keep: Option<boolean> };

/** What a story is told with. */
export interface Run<Options extends StoryOptions, Names> {
  readonly values: ValuesOf<Options>;
  readonly names: Names;
  readonly cleanUp: CleanUp;
}

interface Story<Options extends StoryOptions, Names extends object> extends Omit<
  Scenario,
  'options' | 'footprint' | 'prepare'
> {
  readonly options: Options;
  /** Throws `invalid` for values that are good alone, but not together. */
  readonly check?: (values: ValuesOf<Options>) => void;
  /** Of what a run creates. Each ends with `-{runId}`, but for that of a pool which `--pool` names. */
  readonly namesOf: (values: ValuesOf<Options>, runId: string) => Names;
  readonly footprint: (names: Names, values: ValuesOf<Options>) => Footprint;
  readonly tell: (context: ScenarioContext, run: Run<Options, Names>) => Promise<void>;
}

export function defineStory<const Options extends StoryOptions, Names extends object>(
  story: Story<Options, Names>,
): Scenario {
  const { namesOf, footprint, tell, ...shown } = story;
  return defineScenario({
    ...shown,
    footprint: (values, runId) => footprint(namesOf(values, runId), values),
    run: async (context, values) => {
      const { clock, reporter, runId } = context;
      const start = clock.now();
      const names = namesOf(values, runId);
      reporter.fact('run', { scenario: story.name, ...names });
      // The type of the option says so, which the compiler does not see through the mapping.
      const { keep } = values as { readonly keep: boolean };
      await withCleanUp(context, { keep }, (cleanUp) => tell(context, { values, names, cleanUp }));
      const elapsedMs = clock.now() - start;
      reporter.step(`Finished in ${describeDuration(elapsedMs)}`);
      reporter.fact('finished', { elapsedMs });
    },
  });
}
