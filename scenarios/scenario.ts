/** What a scenario is: a name, options, and a story told with core alone. */
import { FaultError } from '../core/index.ts';
import type { ImageReference, LocalFile, Workflow } from '../core/index.ts';
import type { Option, RawOptions, ValuesOf } from './options.ts';

/** What a scenario is given: the ports, and what it cannot know by itself. */
export interface ScenarioContext extends Workflow {
  /** Lower-case letters and digits, 20 at most, different in each run: part of the names that it gives. */
  readonly runId: string;
  /** Where the folder `scenarios/data` is on this machine. */
  readonly dataDirectory: string;
  readonly programs: {
    /** A Node.js binary for the nodes, named `node`; its version stands for its content. */
    readonly node: LocalFile & { readonly version: string };
    /** The word-count program as one file, named `worker.mjs`. */
    readonly worker: LocalFile;
  };
}

/** What a run creates, by name, for those who pay for it and for those who clean up after it. */
export interface Footprint {
  readonly pools: readonly PlannedPool[];
  readonly jobs: readonly string[];
  /** Their jobs go with them. */
  readonly schedules?: readonly string[];
  readonly containers: readonly string[];
}

export interface PlannedPool {
  readonly id: string;
  readonly vmSize: string;
  readonly image: ImageReference;
  readonly dedicatedNodes: number;
}

/** A scenario whose options are known to be good. */
export type PreparedScenario = (context: ScenarioContext) => Promise<void>;

export interface Scenario {
  readonly name: string;
  /** One line for `batchrite scenarios`. */
  readonly summary: string;
  readonly options: Readonly<Record<string, Option<unknown>>>;
  /** Command lines, without `batchrite run {name}`. */
  readonly examples: readonly string[];
  /** The options with which a run creates all that it can, where those by default do not. */
  readonly widest?: RawOptions;
  /**
   * What a run with these options and this id creates at most: a pool that exists already is used. With the `widest` ones
   * these are the names that `batchrite cleanup` looks for, so each ends with `-{runId}`. Throws as `prepare` does.
   */
  footprint(raw: RawOptions, runId: string): Footprint;
  /** Throws `invalid` for a bad or unknown option, or several that do not go together, before anything is started. */
  prepare(raw: RawOptions): PreparedScenario;
}

/** By name, in the order of the help. */
export type OptionSet = Readonly<Record<string, Option<unknown>>>;

interface Definition<Options extends OptionSet> extends Omit<Scenario, 'options' | 'footprint' | 'prepare'> {
  readonly options: Options;
  /** Throws `invalid` for values that are good alone, but not together. */
  readonly check?: (values: ValuesOf<Options>) => void;
  readonly footprint: (values: ValuesOf<Options>, runId: string) => Footprint;
  readonly run: (context: ScenarioContext, values: ValuesOf<Options>) => Promise<void>;
}

export function defineScenario<const Options extends OptionSet>(definition: Definition<Options>): Scenario {
  const { run, footprint, check, ...shown } = definition;
  const parse = (raw: RawOptions): ValuesOf<Options> => {
    const unknown = Object.keys(raw).find((name) => !Object.hasOwn(definition.options, name));
    if (unknown !== undefined) {
      throw new FaultError({ code: 'invalid', message: `The scenario ${shown.name} has no option --${unknown}.` });
    }
    const parsed = Object.entries(definition.options).map(([name, option]) => [name, option.parse(name, raw[name])]);
    // Each value comes from the parser of the option with that name, so the record has the declared types.
    const values = Object.fromEntries(parsed) as ValuesOf<Options>;
    check?.(values);
    return values;
  };
  return {
    ...shown,
    footprint: (raw, runId) => footprint(parse(raw), runId),
    prepare: (raw) => {
      const values = parse(raw);
      return (context) => run(context, values);
    },
  };
}
