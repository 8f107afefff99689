/** Which node would take a task now and which would not, and why (batch-semantics 2.2, 2.3, 2.6). */
import type { Job } from '../domain/job.ts';
import type { Node } from '../domain/node.ts';
import { takesTasks, usedSlots } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import type { Task } from '../domain/task.ts';
import type { Reason } from '../resources/explanation.ts';
import { stateReason } from './node-states.ts';
import { type View, reason } from './view.ts';
import { count, quoted } from './words.ts';

export interface Demand {
  readonly job: Job;
  readonly task: Task;
  readonly pool: Pool;
  /** A job manager that wants its node for itself. */
  readonly isExclusive: boolean;
  readonly allowsLowPriority: boolean;
  /** Nodes at once; 1 for a plain task. */
  readonly instances: number;
}

export function demandOf(job: Job, task: Task, pool: Pool): Demand {
  const manager = task.isJobManager === true ? job.spec.jobManagerTask : undefined;
  const settings = task.spec.multiInstanceSettings;
  return {
    job,
    task,
    pool,
    isExclusive: manager !== undefined && manager.runExclusive !== false,
    allowsLowPriority: manager?.allowLowPriorityNode !== false,
    instances: settings === undefined ? 1 : (settings.numberOfInstances ?? 1),
  };
}

type Verdict =
  | 'ending'
  | 'open'
  | 'state'
  | 'leaving'
  | 'disabled'
  | 'barred'
  | 'lowPriority'
  | 'exclusive'
  | 'occupied'
  | 'full';

export function verdictOn(demand: Demand, node: Node): Verdict {
  const { job, task, pool } = demand;
  if (node.departure !== undefined) return 'leaving';
  if (node.state !== 'idle' && node.state !== 'running') return 'state';
  if (!takesTasks(node)) return 'disabled';
  if (!demand.allowsLowPriority && !node.isDedicated) return 'lowPriority';
  if (node.barredJobs.includes(job.key)) return 'barred';
  if (node.occupancy.some((claim) => claim.task === task.key)) return 'ending';
  if (node.occupancy.some(({ exclusive }) => exclusive)) return 'exclusive';
  const wantsEmpty = demand.isExclusive || task.spec.multiInstanceSettings !== undefined;
  if (wantsEmpty && node.occupancy.length > 0) return 'occupied';
  return pool.spec.taskSlotsPerNode - usedSlots(node) < task.spec.requiredSlots ? 'full' : 'open';
}

export interface Capacity {
  readonly open: readonly Node[];
  /** Why the others do not take it, what is nearest to a change first. */
  readonly reasons: readonly Reason[];
}

export function capacityFor(view: View, demand: Demand): Capacity {
  const groups = new Map<string, Node[]>();
  for (const node of view.world.nodes.list(demand.pool.key)) {
    const verdict = verdictOn(demand, node);
    const name = verdict === 'state' ? `state/${node.state}` : verdict;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [node]);
    else group.push(node);
  }
  const open = groups.get('open') ?? [];
  groups.delete('open');
  const order = ['full', 'ending', 'occupied', 'exclusive', 'barred', 'lowPriority', 'leaving', 'disabled'];
  const rank = (name: string): number => (name.startsWith('state/') ? order.length : order.indexOf(name));
  const reasons = [...groups]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([name, nodes]) => describe(view, demand, name, nodes));
  return { open, reasons };
}

function describe(view: View, demand: Demand, verdict: string, nodes: readonly Node[]): Reason {
  if (verdict.startsWith('state/')) return stateReason(view, demand.pool, nodes);
  const number = count(nodes.length, 'node');
  const are = nodes.length === 1 ? 'is' : 'are';
  switch (verdict) {
    case 'full':
      return full(view, demand, nodes);
    case 'occupied':
      return reason(
        'nodeNotEmpty',
        `${number} ${are} busy, and this task needs ${demand.isExclusive ? 'a node for itself (runExclusive)' : 'nodes without any other task'}: ${busyWith(view, nodes)}.`,
      );
    case 'ending':
      return reason(
        'nodeNotEmpty',
        `On ${number} an earlier run of this task, or of a deleted one of the same id, is still being stopped.`,
      );
    case 'exclusive':
      return reason(
        'nodeExclusive',
        `${number} ${are} taken by a job manager that runs alone: ${busyWith(view, nodes)}.`,
      );
    case 'barred':
      return barred(demand, nodes);
    case 'lowPriority':
      return reason(
        'onlyLowPriorityNodes',
        `${number} ${are} low-priority, and the job manager is for dedicated nodes alone (allowLowPriorityNode is false).`,
        `Give the pool a dedicated node: az batch pool resize --pool-id ${demand.pool.id} --target-dedicated-nodes 1`,
      );
    case 'leaving':
      return reason(
        'nodeLeaving',
        `${number} ${are} about to go and ${nodes.length === 1 ? 'takes' : 'take'} no new task (${departureOf(nodes)}).`,
      );
    default:
      return reason(
        'nodeSchedulingDisabled',
        `Scheduling is disabled on ${number} (${quoted(nodes.map(({ id }) => id))}).`,
        `Enable it: az batch node scheduling enable --pool-id ${demand.pool.id} --node-id ${nodes[0]?.id ?? ''}`,
      );
  }
}

function departureOf(nodes: readonly Node[]): string {
  const actions = new Set(
    nodes.map(({ departure }) => `${departure?.action ?? 'remove'}, option ${departure?.option ?? 'requeue'}`),
  );
  return [...actions].join('; ');
}

function full(view: View, { pool, task }: Demand, nodes: readonly Node[]): Reason {
  const slots = pool.spec.taskSlotsPerNode;
  const free = nodes.map((node) => slots - usedSlots(node));
  const total = free.reduce((sum, each) => sum + each, 0);
  const needs = task.spec.requiredSlots;
  const busy = busyWith(view, nodes);
  if (total >= needs) {
    return reason(
      'slotsScattered',
      `It needs ${needs} slots on one node. ${total} are free, but at most ${Math.max(...free)} on one of the ${count(nodes.length, 'node')} that work: ${busy}.`,
      'It starts when enough of those tasks have ended on one node; nodeFillType "pack" keeps nodes free for big tasks.',
    );
  }
  return reason(
    'slotsTaken',
    `It needs ${count(needs, 'slot')}, and ${total === 0 ? 'none is' : `only ${total} ${total === 1 ? 'is' : 'are'}`} free on the ${count(nodes.length, 'node')} that work${nodes.length === 1 ? 's' : ''} (${count(slots, 'slot')} each): ${busy}.`,
    `It starts when one of those ends; more nodes would help: az batch pool resize --pool-id ${pool.id}`,
  );
}

function barred({ job }: Demand, nodes: readonly Node[]): Reason {
  const preparation = job.spec.jobPreparationTask;
  return reason(
    'preparationFailed',
    `The job preparation task \`${preparation?.commandLine ?? ''}\` failed for good on ${count(nodes.length, 'node')} (${quoted(nodes.map(({ id }) => id))}), which take no task of this job until they are reimaged.`,
    `See how it failed: az batch job prep-release-status list --job-id ${job.id} – then correct it in a new job, or reimage the nodes.`,
  );
}

const SHOWN = 3;

function busyWith(view: View, nodes: readonly Node[]): string {
  const running = nodes.flatMap((node) =>
    node.occupancy.map(({ task: key, slots }) => {
      const task = view.world.tasks.get(key);
      const job = task === undefined ? undefined : view.world.jobs.get(task.job);
      const name =
        task === undefined ? 'a deleted task that is being stopped' : `task "${task.id}" of job "${job?.id ?? ''}"`;
      return slots === 1 ? name : `${name} (${slots} slots)`;
    }),
  );
  const shown = running.slice(0, SHOWN).join(', ');
  return running.length > SHOWN
    ? `${shown} and ${running.length - SHOWN} more run there`
    : `${shown} run${running.length === 1 ? 's' : ''} there`;
}
