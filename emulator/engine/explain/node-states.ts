/** Why nodes of a pool take no tasks, by their state, and what happens to them next (batch-semantics 2.6, 11.6). */
import { coresOf } from '../catalog/vm-sizes.ts';
import type { Node } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import type { NodeError } from '../resources/node.ts';
import type { Reason } from '../resources/explanation.ts';
import { type View, reason } from './view.ts';
import { count, errorText, failureText, quoted, readNodeFile, since, until } from './words.ts';

/** One reason for all nodes that share a state; `nodes` are not empty. */
export function stateReason(view: View, pool: Pool, nodes: readonly Node[]): Reason {
  const [first] = nodes;
  if (first === undefined) throw new Error('an explanation of no nodes');
  const who = whom(nodes);
  switch (first.state) {
    case 'starting':
      return first.installation === undefined ? provisioning(view, nodes, who) : installing(view, first, who);
    case 'creating':
    case 'rebooting':
    case 'reimaging':
      return provisioning(view, nodes, who);
    case 'waitingforstarttask':
      return startTaskRunning(view, pool, first, who);
    case 'starttaskfailed':
      return startTaskFailed(pool, first, who);
    case 'unusable':
      return first.givenUpAt === undefined ? unusable(pool, first, who) : withoutContact(view, first, who);
    case 'preempted':
      return reason('preempted', `${who} preempted: Azure has taken the spot VM away. ${comesBack(view, first)}`);
    case 'leavingpool':
      return reason('nodeLeaving', `${who} leaving the pool and ${nodes.length === 1 ? 'takes' : 'take'} no new task.`);
    case 'offline':
      return reason(
        'nodeSchedulingDisabled',
        `${who} offline: scheduling was disabled there ${since(view.now, first.stateTransitionTime)}.`,
        `Enable it again: az batch node scheduling enable --pool-id ${pool.id} --node-id ${first.id}`,
      );
    case 'unknown':
    case 'deallocating':
    case 'deallocated':
      return reason(
        'nodeState',
        `${who} in state ${first.state} ${since(view.now, first.stateTransitionTime)}: the service has no contact with its agent.`,
        'Remove the node from the pool, or resize the pool, to get another one.',
      );
    case 'idle':
    case 'running':
      return reason('nodeState', `${who} ${first.state} and can take tasks.`);
  }
}

/** `Node "x" is`, `3 nodes are`. */
function whom(nodes: readonly Node[]): string {
  const [first] = nodes;
  return nodes.length === 1 ? `Node ${first?.id ?? ''} is` : `${count(nodes.length, 'node')} are`;
}

function provisioning(view: View, nodes: readonly Node[], who: string): Reason {
  const first = nodes[0];
  const readyAt = Math.min(...nodes.map((node) => node.readyAt));
  const state = first?.state ?? 'creating';
  const agent = state === 'starting' ? '' : ' and as soon as the node agent answers';
  const when = readyAt <= view.now ? `as soon as the node agent answers` : `${until(view.now, readyAt)}${agent}`;
  return reason(
    'provisioning',
    `${who} ${state} ${since(view.now, first?.stateTransitionTime ?? view.now)}; ready ${when}.`,
  );
}

function installing(view: View, node: Node, who: string): Reason {
  const names = quoted((node.packages ?? []).map(({ name }) => name));
  return reason(
    'provisioning',
    `${who} starting ${since(view.now, node.stateTransitionTime)} and installing application packages (${names}), which come before the start task.`,
  );
}

function startTaskRunning(view: View, pool: Pool, node: Node, who: string): Reason {
  const info = node.startTaskInfo;
  const retries = node.startTask?.maxTaskRetryCount ?? 0;
  const attempt =
    info === undefined ? '' : ` Attempt ${info.retryCount + 1}${retries === -1 ? '' : ` of ${retries + 1}`} runs`;
  const sinceWhen = info === undefined ? '' : ` ${since(view.now, info.startTime)}.`;
  return reason(
    'startTaskRunning',
    `${who} waiting for the start task \`${node.startTask?.commandLine ?? ''}\`.${attempt}${sinceWhen} Tasks come when it has exited with 0.`,
    `See what it prints: ${readNodeFile(pool.id, node.id, 'startup/stdout.txt')}`,
  );
}

/** Stays so until the node is rebooted or reimaged (batch-semantics 6). */
function startTaskFailed(pool: Pool, node: Node, who: string): Reason {
  const info = node.startTaskInfo;
  const code = info?.exitCode === undefined ? 'did not start' : `ended with exit code ${info.exitCode}`;
  const why = info?.failureInfo === undefined ? '' : ` (${failureText(info.failureInfo)})`;
  const tries = count((info?.retryCount ?? 0) + 1, 'attempt');
  return reason(
    'startTaskFailed',
    `${who} in state starttaskfailed: the start task \`${node.startTask?.commandLine ?? ''}\` ${code} after ${tries}${why}.`,
    `Read its log: ${readNodeFile(pool.id, node.id, 'startup/stderr.txt')} – then correct the pool's start task and reboot the node, or make the pool again.`,
  );
}

function unusable(pool: Pool, node: Node, who: string): Reason {
  if (node.errors.length === 0) {
    return reason(
      'nodeError',
      `${who} unusable without an error: contact with the node agent is lost, and its tasks were requeued elsewhere.`,
      'Remove or reboot the node.',
    );
  }
  const packageError = node.errors.find(({ code }) => code === 'ApplicationPackageError');
  if (packageError !== undefined) return withoutPackage(packageError, who);
  return reason(
    'nodeError',
    `${who} unusable: ${node.errors.map(errorText).join('; ')}. Such errors do not heal by themselves.`,
    `Remove the cause in the pool's configuration (image, packages, container images, mounts), then reimage the node or make pool "${pool.id}" again.`,
  );
}

/** The service still waits for its agent (batch-semantics 11.6). */
function withoutContact(view: View, node: Node, who: string): Reason {
  const next = node.comesBack === true ? 'the node comes back' : 'another node takes its place';
  return reason(
    'nodeError',
    `${who} unusable without an error: contact with the node agent is lost. ${node.occupancy.length === 0 ? 'Then' : 'Its tasks are believed to run there; they start again elsewhere'} ${until(view.now, node.givenUpAt ?? view.now)}, and ${next}.`,
    'Nothing needs to be done; on Azure this takes 15 to 45 minutes.',
  );
}

/** No start task has run, and none will until the node boots again (batch-semantics 6, 9.2). */
function withoutPackage({ message, errorDetails = [] }: NodeError, who: string): Reason {
  const detail = (name: string): string | undefined => errorDetails.find((each) => each.name === name)?.value;
  const name = detail('ApplicationPackage');
  const what = name === undefined ? message : `application package ${name} could not be installed`;
  const why = detail('Message');
  return reason(
    'nodeError',
    `${who} unusable: ${what}${why === undefined ? '' : ` (${why})`}, so the start task did not run either. That does not heal by itself.`,
    name === undefined
      ? 'Correct the application packages of the pool, then reboot the node.'
      : `Add the package (batchrite application add ${name} FILE.zip) or correct the pool's applicationPackageReferences, then reboot the node.`,
  );
}

function comesBack(view: View, node: Node): string {
  const { returnsAt } = node;
  const when = returnsAt === undefined ? 'when there is capacity again' : until(view.now, returnsAt);
  return `It comes back under the same id ${when}, and its tasks run elsewhere meanwhile.`;
}

/** What an account's quota says about the pool's missing nodes. */
export function quotaReason(view: View, pool: Pool, isDedicated: boolean): string {
  const { quotas } = view.settings;
  const quota = isDedicated ? quotas.dedicatedCores : quotas.lowPriorityCores;
  let used = 0;
  for (const node of view.world.nodes.all()) {
    if (node.isDedicated !== isDedicated) continue;
    used += coresOf(view.world.pools.get(node.pool)?.spec.vmSize ?? '');
  }
  const kind = isDedicated ? 'dedicated' : 'low-priority';
  return `The account's quota of ${kind} cores is ${quota}, ${used} are in use by all pools, and each node of size ${pool.spec.vmSize} takes ${coresOf(pool.spec.vmSize)}.`;
}
