// Files of completed tasks: they are there as long as the engine says so, and gone when it says that.
import type { TaskResource } from '../../../emulator/engine/index.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import type { Snapshot } from './snapshot.ts';

export async function checkFiles(world: SimulatedWorld, { pools, jobs }: Snapshot): Promise<readonly string[]> {
  const bootedAt = new Map<string, number>();
  for (const { nodes } of pools) {
    // An unusable node may have failed in the middle of a reimage.
    for (const { id, state, lastBootTime } of nodes)
      if (state !== 'unusable') bootedAt.set(id, lastBootTime ?? Infinity);
  }
  const checks = jobs.flatMap(({ job, tasks }) =>
    tasks.map(async (task) => {
      const { nodeId } = task.nodeInfo ?? {};
      const { endTime, startTime } = task.executionInfo;
      if (nodeId === undefined || endTime === undefined || startTime === undefined) return [];
      // A reimage empties a node without a word on its tasks.
      if ((bootedAt.get(nodeId) ?? Infinity) >= endTime || world.runtime.nodes.get(nodeId)?.isUp !== true) return [];
      const violation = await check(world, job.id, task);
      return violation === undefined ? [] : [violation];
    }),
  );
  return (await Promise.all(checks)).flat();
}

async function check(world: SimulatedWorld, jobId: string, task: TaskResource): Promise<string | undefined> {
  const location = await world.engine.files.ofTask(jobId, task.id);
  const directory = task.nodeInfo?.taskRootDirectory ?? '';
  const nodeId = task.nodeInfo?.nodeId ?? '';
  const isThere = (await world.runtime.files.stat(nodeId, directory)) !== undefined;
  const name = `${jobId}/${task.id}`;
  const due = (task.executionInfo.endTime ?? 0) + task.constraints.retentionTime;
  if (location.ok && world.clock.now() > due + 1) return `the files of ${name} are kept beyond their retention time`;
  if (location.ok) return isThere ? undefined : `the files of ${name} are gone without a word`;
  if (location.fault.code === 'TaskFilesCleanedup')
    return isThere ? `the files of ${name} are not cleaned up` : undefined;
  return `the files of ${name} cannot be had: ${location.fault.code}`;
}
