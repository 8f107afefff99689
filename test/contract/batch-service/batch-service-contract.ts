// The contract of core's BatchService as a suite that runs on every implementation of it. It knows the ports alone.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeCancellation } from './cancellation.ts';
import type { BatchServiceContract } from './contract-target.ts';
import { ContractContext } from './contract-target.ts';
import { describeFiles } from './files.ts';
import { describeHooks } from './hooks.ts';
import { describeImages } from './images.ts';
import { describeJobManagers } from './job-managers.ts';
import { describeJobs } from './jobs.ts';
import { describeMultiInstance } from './multi-instance.ts';
import { describeNodes } from './nodes.ts';
import { describePools } from './pools.ts';
import { describeSchedules } from './schedules.ts';
import { describeTaskCollections } from './task-collections.ts';
import { describeTaskRuns } from './task-runs.ts';
import { describeTasks } from './tasks.ts';

export type { BatchServiceContract, BatchServiceTarget } from './contract-target.ts';

/** Declares the suite for one target. Tasks are small shell commands, so its nodes must run real Linux commands. */
export function describeBatchServiceContract(contract: BatchServiceContract): void {
  describe(`the Batch service contract on ${contract.name}`, () => {
    const context = new ContractContext(contract);
    beforeAll(() => context.open());
    afterAll(() => context.close());

    describeImages(context);
    describePools(context);
    describeNodes(context);
    describeJobs(context);
    describeJobManagers(context);
    describeHooks(context);
    describeSchedules(context);
    describeTasks(context);
    describeTaskCollections(context);
    describeTaskRuns(context);
    describeMultiInstance(context);
    describeFiles(context);
    describeCancellation(context);

    test('every test that this target skips exists', () => {
      const titles = (contract.skip ?? []).flatMap(({ tests }) => tests);
      expect(titles.filter((title) => !context.declared.has(title))).toEqual([]);
    });
  });
}
