// Short words for tests on a Docker runtime: nodes come up, commands run, texts are read.
import { onTestFinished } from 'vitest';
import type { NodeSpec, RunSpec } from '../../../emulator/engine/index.ts';
import type { DockerRuntimeOptions } from '../../../adapters/docker/index.ts';
import { EventLog } from '../../contract/node-runtime/event-log.ts';
import { readText } from '../../contract/node-runtime/target.ts';
import { createDockerTarget } from './docker-target.ts';
import { nodeSpec } from '../../contract/node-runtime/specs.ts';
import { shellCommand } from './shell-command.ts';
import type { DockerTarget } from './docker-target.ts';

export interface Finished {
  readonly exitCode?: number;
  readonly failure?: { readonly code: string; readonly details?: readonly { readonly value: string }[] };
  readonly container?: { readonly containerId?: string; readonly state?: string; readonly error?: string };
  readonly stdout: string;
  readonly spec: RunSpec;
}

export class DockerWorld {
  readonly target: DockerTarget;
  readonly log: EventLog;
  #runs = 0;

  constructor(target: DockerTarget) {
    this.target = target;
    this.log = new EventLog(target.runtime);
  }

  /** Gives the node's address. */
  async startNode(nodeId: string, more: Partial<NodeSpec> = {}): Promise<string> {
    this.target.runtime.createNode({ ...nodeSpec(nodeId), ...more });
    return (await this.log.next('nodeStarted', (event) => event.nodeId === nodeId)).ipAddress;
  }

  begin(nodeId: string, commandLine: string, more: Partial<RunSpec> = {}): RunSpec {
    this.#runs += 1;
    const runId = `run-${this.#runs}`;
    const spec: RunSpec = {
      runId,
      kind: 'task',
      directory: `workitems/job/job-1/${runId}`,
      clean: true,
      commandLine,
      environment: [],
      resourceFiles: [],
      outputFiles: [],
      user: { kind: 'auto', scope: 'pool', admin: false },
      ...more,
    };
    this.target.runtime.run(nodeId, spec);
    return spec;
  }

  /** Runs the script with `/bin/sh`, unless it is a whole command line, and gives its end and its standard output. */
  async sh(nodeId: string, script: string, more: Partial<RunSpec> = {}): Promise<Finished> {
    const spec = this.begin(nodeId, shellCommand(script), more);
    return this.finished(nodeId, spec);
  }

  async finished(nodeId: string, spec: RunSpec): Promise<Finished> {
    const end = await this.log.next('runEnded', (event) => event.runId === spec.runId);
    const hasLog = (await this.target.runtime.files.stat(nodeId, `${spec.directory}/stdout.txt`)) !== undefined;
    return { ...end, stdout: hasLog ? await this.text(nodeId, `${spec.directory}/stdout.txt`) : '', spec };
  }

  text(nodeId: string, path: string): Promise<string> {
    return readText(this.target.runtime, nodeId, path);
  }
}

/** A world that ends with the test. */
export async function openWorld(options: Partial<DockerRuntimeOptions> = {}): Promise<DockerWorld> {
  const target = await createDockerTarget(options);
  onTestFinished(() => target.runtime.close());
  return new DockerWorld(target);
}
