// An engine of fixed answers for the wire suite: what is tested is how answers travel, not what decides them.
import type {
  BatchEngine,
  CatalogOperations,
  EngineFault,
  FileOperations,
  JobOperations,
  NodeOperations,
  PoolOperations,
  ScheduleOperations,
  TaskOperations,
} from '../../../emulator/engine/index.ts';
import { engineFault } from '../../../emulator/engine/index.ts';

export interface CannedAnswers {
  readonly pools?: Partial<PoolOperations>;
  readonly nodes?: Partial<NodeOperations>;
  readonly jobs?: Partial<JobOperations>;
  readonly schedules?: Partial<ScheduleOperations>;
  readonly tasks?: Partial<TaskOperations>;
  readonly files?: Partial<FileOperations>;
  readonly catalog?: Partial<CatalogOperations>;
}

const missing: Readonly<Record<keyof CannedAnswers, EngineFault>> = {
  pools: engineFault('PoolNotFound'),
  nodes: engineFault('NodeNotFound'),
  jobs: engineFault('JobNotFound'),
  schedules: engineFault('JobScheduleNotFound'),
  tasks: engineFault('TaskNotFound'),
  files: engineFault('FileNotFound'),
  catalog: engineFault('ApplicationNotFound'),
};

/** Operations without an answer refuse: nothing is there. */
export function cannedEngine(answers: CannedAnswers = {}): BatchEngine {
  const group = (name: keyof CannedAnswers): unknown =>
    new Proxy(answers[name] ?? {}, {
      get: (target, operation): unknown =>
        Reflect.get(target, operation) ?? (() => Promise.resolve({ ok: false, fault: missing[name] })),
    });
  return {
    account: { name: 'testaccount' },
    pools: group('pools') as PoolOperations,
    nodes: group('nodes') as NodeOperations,
    jobs: group('jobs') as JobOperations,
    schedules: group('schedules') as ScheduleOperations,
    tasks: group('tasks') as TaskOperations,
    files: group('files') as FileOperations,
    catalog: group('catalog') as CatalogOperations,
  };
}
