// Files of completed tasks: they are there as long as the engine says so, and gone when it says that.
import type { TaskResource } from '../../../emulator/engine/index.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { isInContact } from './simulated-world.ts';
import type { Snapshot } from './snapshot.ts';

/** Nodes whose files may be gone. */
const EMPTIED: ReadonlySet<string> = new Set(['unusable', 'preempted', 'reimaging']);

export class FileWatch {
  readonly #world: SimulatedWorld;
  /** Tasks whose files were there, and what was shown of each then. */
  readonly #kept = new Map<string, TaskResource>();

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  /** Looks at the files of tasks that changed, that are on a node where something happened, or whose time is over. */
  async check({ pools, jobs, fresh }: Snapshot): Promise<readonly string[]> {
    const { runtime, clock } = this.#world;
    const touched = runtime.takeTouched();
    const bootedAt = new Map<string, number>();
    for (const { nodes } of pools) {
      // An unusable node may have failed in the middle of a reimage.
      for (const { id, state, lastBootTime } of nodes)
        if (!EMPTIED.has(state)) bootedAt.set(id, lastBootTime ?? Infinity);
    }
    const violations: string[] = [];
    for (const each of jobs) {
      for (const task of each.tasks) {
        const { nodeId } = task.nodeInfo ?? {};
        const { endTime, startTime } = task.executionInfo;
        if (nodeId === undefined || endTime === undefined || startTime === undefined) continue;
        const name = `${each.job.id}/${task.id}`;
        const isLate = clock.now() > dueOf(task) + 1 && this.#kept.get(name) === task;
        if (!fresh.has(each) && !touched.has(nodeId) && !isLate) continue;
        // A reimage empties a node without a word on its tasks.
        if ((bootedAt.get(nodeId) ?? Infinity) >= endTime || !isInContact(this.#world, nodeId)) continue;
        violations.push(...(await this.#look(each.job.id, task)));
      }
    }
    return violations;
  }

  async #look(jobId: string, task: TaskResource): Promise<readonly string[]> {
    const { engine, runtime, clock } = this.#world;
    const location = await engine.files.ofTask(jobId, task.id);
    const directory = task.nodeInfo?.taskRootDirectory ?? '';
    const isThere = (await runtime.files.stat(task.nodeInfo?.nodeId ?? '', directory)) !== undefined;
    const name = `${jobId}/${task.id}`;
    this.#kept.delete(name);
    if (location.ok) {
      this.#kept.set(name, task);
      if (clock.now() > dueOf(task) + 1) return [`the files of ${name} are kept beyond their retention time`];
      return isThere ? [] : [`the files of ${name} are gone without a word`];
    }
    const { code } = location.fault;
    if (code !== 'TaskFilesCleanedup') return [`the files of ${name} cannot be had: ${code}`];
    return isThere ? [`the files of ${name} are not cleaned up`] : [];
  }
}

function dueOf({ executionInfo, constraints }: TaskResource): number {
  return (executionInfo.endTime ?? 0) + constraints.retentionTime;
}
