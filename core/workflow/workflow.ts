/** What every step of a workflow works with: the ports, and the signal that interrupts it. */
import type { Clock } from '../kernel/index.ts';
import type { BatchService, CallOptions } from '../ports/batch-service.ts';
import type { BlobStorage } from '../ports/blob-storage.ts';
import type { LocalFiles } from '../ports/local-files.ts';
import type { ProgramStaging } from '../ports/program-staging.ts';
import type { Questions, Reporter } from '../ports/reporter.ts';

export interface Workflow {
  readonly batch: BatchService;
  readonly storage: BlobStorage;
  readonly files: LocalFiles;
  readonly staging: ProgramStaging;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly questions: Questions;
  /** Interrupts the workflow: the step under way rejects with the code `cancelled`, and only clean-up follows. */
  readonly signal?: AbortSignal;
}

/** The options of a port's call that the workflow's signal interrupts. */
export function callOptions(workflow: Pick<Workflow, 'signal'>): CallOptions {
  return workflow.signal === undefined ? {} : { signal: workflow.signal };
}
