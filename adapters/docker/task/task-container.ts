/**
 * The container of one run, beside its node's: it shares the node's network, so addresses and the emulator's URLs mean
 * the same, and has the node's root directory at the same path. It is removed when its command has ended.
 */
import type Docker from 'dockerode';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PreparedRun } from '../../../emulator/agent/index.ts';
import type { ContainerInfo, ContainerRegistry, RunResult } from '../../../emulator/engine/index.ts';
import type { RunningContainer } from '../../process/index.ts';
import { separate } from '../container/attached-stream.ts';
import { CAPABILITIES, MOST_PROCESSES } from '../container/node-container.ts';
import { NODE_ROOT } from '../container/inside-paths.ts';
import { ignoreMissing, messageOf } from '../engine/engine-error.ts';
import type { Labels } from '../hygiene/labels.ts';
import { ImageUnavailableError } from '../image/image-store.ts';
import type { ImageStore } from '../image/image-store.ts';
import { loginFor } from '../image/registry-login.ts';
import { parseRunOptions } from './run-options.ts';
import type { RunOptions } from './run-options.ts';
import { containerFailure } from './task-failures.ts';

export interface TaskContainerOptions {
  readonly docker: Docker;
  readonly images: ImageStore;
  readonly run: PreparedRun;
  readonly name: string;
  readonly labels: Labels;
  /** The node's container, and its root folder on this machine. */
  readonly nodeContainer: Docker.Container;
  readonly root: string;
  /** Of the node's pool; the run's own comes first. */
  readonly registries: readonly ContainerRegistry[];
  readonly hasSelinux: boolean;
}

export class TaskContainer implements RunningContainer {
  readonly started: Promise<void>;
  readonly ended: Promise<RunResult>;
  readonly #options: TaskContainerOptions;
  readonly #hasStarted = Promise.withResolvers<void>();
  #container: Docker.Container | undefined;
  #isKilled = false;

  constructor(options: TaskContainerOptions) {
    this.#options = options;
    this.started = this.#hasStarted.promise;
    this.ended = this.#run();
  }

  kill(): void {
    this.#isKilled = true;
    // Not started yet: it will not be.
    void this.#container?.kill().catch(() => undefined);
  }

  async #run(): Promise<RunResult> {
    const { run, images, registries } = this.#options;
    const parsed = parseRunOptions(run.container.containerRunOptions ?? '');
    if ('problem' in parsed) return containerFailure('ContainerInvalidSettings', parsed.problem);
    const image = run.container.imageName;
    const own = run.container.registry === undefined ? [] : [run.container.registry];
    const login = loginFor(image, [...own, ...registries]);
    try {
      await images.ensure(image, login);
    } catch (error) {
      const isLoginWrong = login !== undefined && error instanceof ImageUnavailableError && error.isDenied;
      return containerFailure(
        isLoginWrong ? 'ContainerInvalidRegistry' : 'ContainerInvalidImage',
        messageOf(error),
        image,
      );
    }
    if (this.#isKilled) return {};
    try {
      this.#container = await this.#create(parsed.options);
      return await this.#execute(this.#container);
    } catch (error) {
      const info: ContainerInfo = {
        ...(this.#container === undefined ? {} : { containerId: this.#container.id }),
        error: messageOf(error),
      };
      return { ...containerFailure('ContainerInvalidSettings', messageOf(error)), container: info };
    } finally {
      const container = this.#container;
      if (container !== undefined) {
        await ignoreMissing(container.remove({ force: true, v: true })).catch(() => undefined);
      }
    }
  }

  #create(options: RunOptions): Promise<Docker.Container> {
    const { docker, run, name, labels, nodeContainer, root, hasSelinux } = this.#options;
    const { container, user } = run;
    const isInTaskDirectory = container.workingDirectory !== 'containerImageDefault';
    const workingDirectory = options.workingDirectory ?? (isInTaskDirectory ? run.workingDirectory : undefined);
    // Without a user of its own a container would be root where the task may not be (batch-semantics 10.5).
    const id = options.user ?? (user === undefined ? undefined : `${user.uid}:${user.gid}`);
    return docker.createContainer({
      name,
      Image: container.imageName,
      ...(run.words.length === 0 ? {} : { Cmd: [...run.words] }),
      ...(options.entrypoint === undefined
        ? {}
        : { Entrypoint: options.entrypoint.length === 0 ? [''] : [...options.entrypoint] }),
      ...(workingDirectory === undefined ? {} : { WorkingDir: workingDirectory }),
      ...(id === undefined ? {} : { User: id }),
      Env: [
        ...Object.entries(run.environment).map(([variable, value]) => `${variable}=${value}`),
        ...options.environment,
      ],
      Labels: { ...options.labels, ...labels },
      AttachStdout: true,
      AttachStderr: true,
      HostConfig: {
        Init: true,
        NetworkMode: options.hasNetwork ? `container:${nodeContainer.id}` : 'none',
        Binds: [
          `${root}:${NODE_ROOT}:rw`,
          ...options.mounts.map(({ source, target, isReadOnly }) => {
            const place = join(root, source.slice(NODE_ROOT.length));
            return `${place}:${target}:${isReadOnly ? 'ro' : 'rw'}`;
          }),
        ],
        Tmpfs: { ...options.tmpfs },
        ReadonlyRootfs: options.isReadOnly,
        LogConfig: { Type: 'none', Config: {} },
        CapDrop: ['ALL'],
        CapAdd: [...CAPABILITIES],
        SecurityOpt: ['no-new-privileges', ...(hasSelinux ? ['label=disable'] : [])],
        PidsLimit: MOST_PROCESSES,
        ...(options.nanoCpus === undefined ? {} : { NanoCpus: options.nanoCpus }),
        ...(options.memoryBytes === undefined ? {} : { Memory: options.memoryBytes }),
        ...(options.shmBytes === undefined ? {} : { ShmSize: options.shmBytes }),
      },
    });
  }

  async #execute(container: Docker.Container): Promise<RunResult> {
    const stream: unknown = await container.attach({ stream: true, stdout: true, stderr: true, hijack: true });
    if (!(stream instanceof Duplex)) throw new Error('the engine did not hand over the connection to attach to');
    const { stdout, stderr } = separate(stream, 'both hold up');
    const written = Promise.all([
      pipeline(stdout, createWriteStream(this.#logPath('stdout.txt'), { flags: 'a' })),
      pipeline(stderr, createWriteStream(this.#logPath('stderr.txt'), { flags: 'a' })),
    ]);
    // Awaited below, or not at all when the start fails.
    written.catch(() => undefined);
    try {
      await container.start();
    } catch (error) {
      stream.destroy();
      throw error;
    }
    this.#hasStarted.resolve();
    if (this.#isKilled) this.kill();
    const { StatusCode: exitCode } = (await container.wait()) as { readonly StatusCode: number };
    await written;
    const { State: state } = await container.inspect();
    return {
      exitCode,
      container: {
        containerId: container.id,
        state: state.Status,
        ...(state.Error === '' ? {} : { error: state.Error }),
      },
    };
  }

  /** On this machine; the agent made it for us. */
  #logPath(name: string): string {
    const { root, run } = this.#options;
    return join(root, run.directory.slice(NODE_ROOT.length), name);
  }
}
