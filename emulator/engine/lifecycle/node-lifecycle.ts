/** How a node comes up, runs its start task and goes, as its runtime reports (batch-semantics 6, 11.6). */
import { failureOfExitCode } from '../domain/failures.ts';
import type { NodeKey } from '../domain/keys.ts';
import { claimOf } from '../domain/multi-instance.ts';
import { type Node, enterNodeState, vacate } from '../domain/node.ts';
import type { Pool } from '../domain/pool.ts';
import { placesOf } from '../domain/task.ts';
import type { StartTaskInfo } from '../resources/node.ts';
import type { NodeRuntimeEvent, RunResult } from '../spi/node-runtime.ts';
import { type Turn, newRunId } from '../turn.ts';
import { endHookRun } from './hook-lifecycle.ts';
import { installed, packagesToInstall } from './application-packages.ts';
import { giveUpReleases, resumeReleases } from './job-release.ts';
import { loseContact } from './lost-contact.ts';
import { forget, recoverTasks } from './node-recovery.ts';
import { startTaskRun } from './run-specs.ts';
import { applyToTask } from './task-lifecycle.ts';

type PackagesInstalled = Extract<NodeRuntimeEvent, { readonly type: 'packagesInstalled' }>;

export function applyToNode(turn: Turn, node: Node, event: NodeRuntimeEvent): void {
  // Of a node to which contact is lost nothing is heard.
  if (node.givenUpAt !== undefined && event.type !== 'nodeRemoved') return;
  switch (event.type) {
    case 'nodeStarted':
      started(turn, node, event);
      return;
    case 'nodeFailed':
      // It goes anyway, and nothing runs there.
      if (node.state === 'leavingpool') return;
      recoverTasks(turn, node.key);
      changeNode(turn, node.key, (current) => ({
        ...enterNodeState(current, 'unusable', turn.now),
        errors: [...current.errors, event.error],
      }));
      return;
    case 'nodeLost':
      loseContact(turn, node);
      return;
    case 'nodeRemoved':
      forget(turn, node);
      turn.facts.push({ type: 'poolTouched', pool: node.pool });
      return;
    case 'runStarted':
      return;
    case 'packagesInstalled':
      endInstallation(turn, node, event);
      return;
    case 'runEnded':
      endRun(turn, node, event.runId, event);
  }
}

function changeNode(turn: Turn, key: NodeKey, change: (node: Node) => Node): void {
  const node = turn.world.nodes.get(key);
  if (node !== undefined) turn.world.nodes.put(change(node));
}

function started(turn: Turn, node: Node, event: { readonly ipAddress: string; readonly agentVersion: string }): void {
  // A preempted node's agent waits for the node's return.
  const isExpected = isComingUp(node) || node.state === 'preempted';
  if (!isExpected) return;
  turn.world.nodes.put({
    ...node,
    isAgentUp: true,
    ipAddress: event.ipAddress,
    agentVersion: event.agentVersion,
  });
  if (turn.now >= node.startsAt) enterStarting(turn, node.key);
}

function isComingUp({ state }: Node): boolean {
  return state === 'creating' || state === 'rebooting' || state === 'reimaging';
}

/** The agent answers and the time for that is over. */
export function enterStarting(turn: Turn, key: NodeKey): void {
  const node = turn.world.nodes.get(key);
  if (node === undefined || node.isAgentUp !== true || !isComingUp(node)) return;
  turn.world.nodes.put({ ...enterNodeState(node, 'starting', turn.now), lastBootTime: turn.now });
  if (turn.now >= node.readyAt) boot(turn, key);
}

/** The agent is there and the node's startup time is over: packages come first, then the start task (batch-semantics 6). */
export function boot(turn: Turn, key: NodeKey): void {
  const node = turn.world.nodes.get(key);
  const pool = node === undefined ? undefined : turn.world.pools.get(node.pool);
  if (node?.state !== 'starting' || pool === undefined || node.installation !== undefined) return;
  const { packages: _, ...rest } = node;
  const packages = packagesToInstall(turn, pool.spec.applicationPackageReferences);
  if (packages.length === 0) {
    beginStartTask(turn, rest, pool);
    return;
  }
  const installationId = newRunId(turn);
  turn.world.nodes.put({ ...rest, packages: packages.map(installed), installation: installationId });
  turn.commands.push({ type: 'installPackages', nodeId: node.id, installationId, packages });
}

/** A node without its packages is of no use, and does not get better by itself (batch-semantics 6, 9.2). */
function endInstallation(turn: Turn, node: Node, { installationId, failure }: PackagesInstalled): void {
  const pool = turn.world.pools.get(node.pool);
  if (node.installation !== installationId || node.state !== 'starting' || pool === undefined) return;
  const { installation: _, ...rest } = node;
  if (failure === undefined) {
    beginStartTask(turn, rest, pool);
    return;
  }
  const { code, message, details } = failure;
  const { packages: __, ...bare } = rest;
  turn.world.nodes.put({
    ...enterNodeState(bare, 'unusable', turn.now),
    errors: [...node.errors, { code, message, ...(details === undefined ? {} : { errorDetails: details }) }],
  });
  giveUpReleases(turn, node.key);
}

function beginStartTask(turn: Turn, node: Node, pool: Pool): void {
  const { startTask } = pool.spec;
  if (startTask === undefined) {
    becomeReady(turn, node);
    return;
  }
  const state = startTask.waitForSuccess === false ? readyState(node) : 'waitingforstarttask';
  const waiting = { ...enterNodeState(node, state, turn.now), startTask };
  runStartTask(turn, waiting, 0);
  if (state !== 'waitingforstarttask') resumeReleases(turn, node.key);
}

function runStartTask(turn: Turn, node: Node, retryCount: number): void {
  const pool = turn.world.pools.get(node.pool);
  if (pool === undefined || node.startTask === undefined) return;
  const runId = newRunId(turn);
  const startTaskInfo: StartTaskInfo = {
    state: 'running',
    startTime: turn.now,
    retryCount,
    ...(retryCount === 0 ? {} : { lastRetryTime: turn.now }),
  };
  turn.world.nodes.put({ ...node, startTaskInfo, startTaskRun: runId });
  turn.commands.push({
    type: 'run',
    nodeId: node.id,
    run: startTaskRun(turn, { pool, node }, node.startTask, runId),
  });
}

function endRun(turn: Turn, node: Node, runId: string, result: RunResult): void {
  if (node.startTaskRun === runId) {
    endStartTask(turn, node, result);
    return;
  }
  const claim = node.occupancy.find((occupancy) => occupancy.runId === claimOf(runId));
  if (claim === undefined) {
    endHookRun(turn, node, runId, result);
    return;
  }
  const task = turn.world.tasks.get(claim.task);
  const index = task === undefined ? -1 : placesOf(task).findIndex((place) => place.runId === claim.runId);
  if (task !== undefined && index >= 0) {
    const isCoordination = index > 0 || runId !== claim.runId;
    applyToTask(turn, task, { type: 'runEnded', result, ...(isCoordination ? { coordination: index } : {}) });
    return;
  }
  // A deleted task's run: nothing else gives its slots back or removes its files.
  const current = turn.world.nodes.get(node.key);
  if (current !== undefined) {
    turn.world.nodes.put(vacate(current, claim.runId, turn.now));
    turn.commands.push({ type: 'deleteDirectory', nodeId: node.id, path: claim.directory });
    turn.facts.push({ type: 'nodeVacated', node: node.key });
  }
}

function endStartTask(turn: Turn, node: Node, result: RunResult): void {
  const { startTask, startTaskInfo } = node;
  if (startTask === undefined || startTaskInfo === undefined) return;
  const failure = result.failure ?? failureOfExitCode(result.exitCode);
  const maxRetries = startTask.maxTaskRetryCount ?? 0;
  const mayRetry = maxRetries === -1 || startTaskInfo.retryCount < maxRetries;
  if (failure !== undefined && result.failure === undefined && mayRetry) {
    runStartTask(turn, node, startTaskInfo.retryCount + 1);
    return;
  }
  const { startTaskRun: _, ...rest } = node;
  const ended: Node = {
    ...rest,
    startTaskInfo: {
      ...startTaskInfo,
      state: 'completed',
      endTime: turn.now,
      ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
      ...(failure === undefined ? {} : { failureInfo: withoutPhase(failure) }),
      ...(result.container === undefined ? {} : { containerInfo: result.container }),
      result: failure === undefined ? 'success' : 'failure',
    },
  };
  if (ended.state !== 'waitingforstarttask') turn.world.nodes.put(ended);
  else if (failure === undefined) becomeReady(turn, ended);
  else {
    turn.world.nodes.put(enterNodeState(ended, 'starttaskfailed', turn.now));
    giveUpReleases(turn, node.key);
  }
}

function withoutPhase(failure: NonNullable<StartTaskInfo['failureInfo']>): NonNullable<StartTaskInfo['failureInfo']> {
  const { category, code, message, details } = failure;
  return { category, code, message, ...(details === undefined ? {} : { details }) };
}

function becomeReady(turn: Turn, node: Node): void {
  turn.world.nodes.put(enterNodeState(node, readyState(node), turn.now));
  resumeReleases(turn, node.key);
}

function readyState(node: Node): 'idle' | 'offline' {
  return node.schedulingState === 'disabled' ? 'offline' : 'idle';
}
