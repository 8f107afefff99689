/**
 * core's BatchService on an engine in this process, without HTTP. It answers as `adapters/azure` does in front of the
 * same engine: the same faults, the same sentences, times of the same precision.
 */
import type { BatchService } from '../../core/index.ts';
import type { BatchEngine, NodeFileSystem } from '../../emulator/engine/index.ts';
import { createNodeFiles } from './file/files.ts';
import { createImageCatalog } from './image/images.ts';
import { createJobs } from './job/jobs.ts';
import { createPools } from './pool/pools.ts';
import { createSchedules } from './schedule/schedules.ts';
import { createTasks } from './task/tasks.ts';

export interface LocalBatchSettings {
  readonly engine: BatchEngine;
  /** The files of the engine's nodes, from the runtime that it commands. */
  readonly files: NodeFileSystem;
}

export function createLocalBatchService({ engine, files }: LocalBatchSettings): BatchService {
  return {
    images: createImageCatalog(engine),
    pools: createPools(engine),
    jobs: createJobs(engine),
    schedules: createSchedules(engine),
    tasks: createTasks(engine),
    files: createNodeFiles(engine, files),
  };
}
