// The contract of every node runtime, as a function: run it on processes, on containers and on the simulation. A
// target names the parts that it cannot have, with the reason.
import { describe } from 'vitest';
import { describeSkipped } from '../../support/suite.ts';
import { commandTests } from './parts/commands.ts';
import { environmentTests } from './parts/environment.ts';
import { fileTests } from './parts/files.ts';
import { lifecycleTests } from './parts/lifecycle.ts';
import { keptLogTests } from './parts/kept-logs.ts';
import { lossTests } from './parts/loss.ts';
import { manyRunsTests } from './parts/many-runs.ts';
import { outcomeTests } from './parts/outcomes.ts';
import { outputFileTests } from './parts/output-files.ts';
import { packageTests } from './parts/packages.ts';
import { processTreeTests } from './parts/process-trees.ts';
import { resourceFileTests } from './parts/resource-files.ts';
import { useWorld } from './target.ts';
import type { ContractOptions, ContractPart, World } from './target.ts';

const parts: Readonly<Record<ContractPart, (world: () => World) => void>> = {
  lifecycle: lifecycleTests,
  outcomes: outcomeTests,
  commands: commandTests,
  'process trees': processTreeTests,
  environment: environmentTests,
  'resource files': resourceFileTests,
  'output files': outputFileTests,
  packages: packageTests,
  files: fileTests,
  loss: lossTests,
  'kept logs': keptLogTests,
  'many runs': manyRunsTests,
};

export function describeNodeRuntimeContract(options: ContractOptions): void {
  describe(`node runtime contract: ${options.name}`, () => {
    for (const [part, declareTests] of Object.entries(parts)) {
      const reason = options.skip?.[part as ContractPart];
      if (reason === undefined) describe(part, () => declareTests(useWorld(options)));
      else describeSkipped(part, reason);
    }
  });
}
