/** Turns a multi-instance task into the runs of its instances (batch-semantics 7, wire-facts 6). */
import { coresOf } from '../catalog/vm-sizes.ts';
import type { Job } from '../domain/job.ts';
import type { Node } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import type { Task } from '../domain/task.ts';
import type { NameValue } from '../resources/common.ts';
import type { RunSpec } from '../spi/node-runtime.ts';
import type { Turn } from '../turn.ts';
import { resourceFiles, taskRun } from './run-specs.ts';

interface Ground {
  readonly pool: Pool;
  readonly node: Node;
  readonly job: Job;
  readonly runId: string;
}

interface Instances {
  /** The nodes of all instances, the primary's first. */
  readonly peers: readonly Node[];
  /** 0 is the primary. */
  readonly index: number;
}

/** Common files go to the task's directory everywhere; the task's own files to the primary alone. */
export function coordinationRun(turn: Turn, ground: Ground, task: Task, instances: Instances): RunSpec {
  const run = taskRun(turn, ground, task);
  const settings = task.spec.multiInstanceSettings;
  const common = resourceFiles(turn, settings?.commonResourceFiles).map((file) => ({
    ...file,
    intoTaskDirectory: true,
  }));
  return {
    ...run,
    kind: 'coordination',
    commandLine: settings?.coordinationCommandLine ?? '',
    environment: [...run.environment, ...peerVariables(ground.pool, instances)],
    resourceFiles: instances.index === 0 ? [...common, ...run.resourceFiles] : common,
    outputFiles: [],
  };
}

/** Runs where the primary's coordination has left its files. */
export function applicationRun(turn: Turn, ground: Ground, task: Task, instances: Instances): RunSpec {
  const run = taskRun(turn, ground, task);
  return {
    ...run,
    clean: false,
    environment: [...run.environment, ...peerVariables(ground.pool, instances)],
    resourceFiles: [],
  };
}

function peerVariables(pool: Pool, { peers, index }: Instances): readonly NameValue[] {
  const addresses = peers.map(({ ipAddress }) => ipAddress);
  const cores = coresOf(pool.spec.vmSize);
  return [
    { name: 'AZ_BATCH_NODE_LIST', value: addresses.join(';') },
    { name: 'AZ_BATCH_HOST_LIST', value: addresses.join(',') },
    { name: 'CCP_NODES', value: `${addresses.length} ${addresses.map((address) => `${address} ${cores}`).join(' ')}` },
    // The port belongs to Batch and is not for the application (batch-semantics 7).
    { name: 'AZ_BATCH_MASTER_NODE', value: `${addresses[0] ?? ''}:6000` },
    { name: 'AZ_BATCH_IS_CURRENT_NODE_MASTER', value: String(index === 0) },
  ];
}
