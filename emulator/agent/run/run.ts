/**
 * The life of one run: directories, resource files, application packages, the process in its own group, output files, result.
 * A run with nothing to fetch is a process before the call returns.
 */
import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { accessSync, constants as fsConstants, fchmodSync, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import type { RunResult, RunSpec } from '../../engine/index.ts';
import { runPaths } from '../node/layout.ts';
import type { RunPaths } from '../node/layout.ts';
import type { NodeContext } from '../node/node-context.ts';
import { hasGroup, killGroup } from '../node/strays.ts';
import type { TaskUser } from '../node/users.ts';
import type { PreparedRun } from '../protocol.ts';
import { dueOutputFiles, startUploadLogs, uploadOutputFiles } from '../transfer/output-files.ts';
import { downloadResourceFiles } from '../transfer/resource-files.ts';
import { findProgram, splitAtBlanks, splitWords } from './command-line.ts';
import { closeLogs, makeRunDirectories, openLogs, openToServer } from './directories.ts';
import type { RunLogs } from './directories.ts';
import { taskEnvironment } from './environment.ts';
import type { TaskEnvironment } from './environment.ts';
import { detail, preparationFailure, RunFailureError } from './failures.ts';
import type { PreparationFailureCode } from './failures.ts';

export interface RunObserver {
  started(pid: number): void;
  /** Instead of `started`: the server is to start the command in a container, and to call `finishElsewhere`. */
  prepared(run: PreparedRun): void;
  /** Once. After it the run does nothing any more, but services that it left may live (see `mayLeaveServices`). */
  ended(result: RunResult): void;
}

/** What a run needs to become a process. */
interface Launch {
  readonly paths: RunPaths;
  readonly user: TaskUser;
  readonly environment: TaskEnvironment;
}

export class Run {
  readonly spec: RunSpec;
  readonly #node: NodeContext;
  readonly #observer: RunObserver;
  readonly #abort = new AbortController();
  #pid: number | undefined;
  #hasExited = false;
  #isGroupEmpty = false;
  #wasKilled = false;
  /** Set while the command is the server's: it runs in a container. */
  #elsewhere: Launch | undefined;

  constructor(spec: RunSpec, node: NodeContext, observer: RunObserver) {
    this.spec = spec;
    this.#node = node;
    this.#observer = observer;
  }

  /** Begins. Whatever goes wrong becomes the run's result. */
  start(): void {
    try {
      const launch = this.#prepare();
      const { resourceFiles, packages } = this.spec;
      if (resourceFiles.length === 0 && !this.#node.packages.lacks(packages)) this.#launch(launch);
      else void this.#fetchAndLaunch(launch);
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Ends the process at once: SIGKILL, since the service gives no time to say good-bye that anybody documented,
   * and 137 is what people see (batch-semantics 3.4). Outputs that are due for a failure are uploaded then
   * (9.3); another kill ends that too, as a first one ends downloads.
   */
  kill(): void {
    // The server ends the container, and tells how that went.
    if (this.#elsewhere !== undefined) {
      this.#wasKilled = true;
      return;
    }
    if (this.#pid === undefined || this.#hasExited) {
      this.#abort.abort();
      return;
    }
    this.#wasKilled = true;
    killGroup(this.#pid);
  }

  /** Ends everything, transfers too: the node goes down. */
  abandon(): void {
    this.#abort.abort();
    if (this.#pid !== undefined && !this.#isGroupEmpty) killGroup(this.#pid);
  }

  #prepare(): Launch {
    const { spec } = this;
    if (spec.unfit !== undefined) throw new RunFailureError({ ...spec.unfit, phase: 'preProcessing' });
    const paths = runPaths(this.#node.root, spec);
    if (paths === undefined)
      throw refused('ResourceDirectoryCreateFailed', `"${spec.directory}" is not below the root`);
    if (spec.container !== undefined && !this.#node.containers) {
      throw refused('ContainerInvalidSettings', 'this node has no container engine; use nodes that are containers');
    }
    const user = this.#node.users.userOf(spec);
    if (user === undefined) {
      const name = spec.user.kind === 'named' ? spec.user.name : '';
      throw refused('CommandLaunchFailed', `the pool has no user account "${name}"; add it to userAccounts`);
    }
    try {
      makeRunDirectories(paths, spec, this.#node, user);
    } catch (error) {
      throw refused(isDiskFull(error) ? 'DiskFull' : 'ResourceDirectoryCreateFailed', messageOf(error));
    }
    const environment = taskEnvironment(spec, paths, user.name, this.#node.environment);
    if ('problem' in environment) throw refused('CommandLaunchFailed', environment.problem);
    return { paths, user, environment: environment.variables };
  }

  async #fetchAndLaunch(launch: Launch): Promise<void> {
    const { retryDelaysMs, transfers: gate, serverGroup } = this.#node;
    const { paths, user } = launch;
    const owner = user.ids === undefined ? {} : { owner: { uid: user.ids.uid, gid: serverGroup ?? user.ids.gid } };
    const { signal } = this.#abort;
    setMaxListeners(0, signal);
    try {
      await downloadResourceFiles(this.spec.resourceFiles, { paths, ...owner, retryDelaysMs, gate, signal });
      await this.#node.packages.install(this.spec.packages ?? [], signal);
      signal.throwIfAborted();
      this.#launch(launch);
    } catch (error) {
      this.#fail(error);
    }
  }

  #launch(launch: Launch): void {
    const { paths, user, environment } = launch;
    const split = (this.spec.words === 'blanks' ? splitAtBlanks : splitWords)(this.spec.commandLine);
    if ('problem' in split) throw refused('CommandLaunchFailed', split.problem);
    if (this.spec.container !== undefined) {
      this.#handOver(launch, split.words, this.spec.container);
      return;
    }
    const [program, ...words] = split.words;
    if (program === undefined) throw refused('CommandLaunchFailed', 'the command line is empty');
    const found = findProgram(program, paths.workingDirectory, environment['PATH'] ?? '');
    if ('problem' in found) {
      throw refused(found.problem === 'missing' ? 'CommandProgramNotFound' : 'CommandLaunchFailed', found.message);
    }
    const logs = this.#openLogs(launch);
    try {
      const child = spawn(found.file, words, {
        argv0: program,
        cwd: paths.workingDirectory,
        env: { ...environment },
        detached: true,
        stdio: ['ignore', logs.stdout, logs.stderr],
        ...user.ids,
      });
      child.on('error', (error) => {
        // Without a pid nothing runs; with one it concerns a signal that could not be sent.
        if (child.pid === undefined) this.#fail(refused(launchCode(error), messageOf(error)));
      });
      if (child.pid === undefined) return;
      this.#pid = child.pid;
      this.#node.reaper.began(paths.directory, child.pid);
      child.on('exit', (code, signal) => this.#onExit(code ?? this.#signalCode(signalNumber(signal)), launch));
      this.#observer.started(child.pid);
    } catch (error) {
      throw refused(launchCode(error), messageOf(error));
    } finally {
      closeLogs(logs);
    }
  }

  #openLogs({ paths, user }: Launch): RunLogs {
    try {
      return openLogs(paths, this.#node, user);
    } catch (error) {
      throw refused(isDiskFull(error) ? 'DiskFull' : 'ResourceFileCreateFailed', messageOf(error));
    }
  }

  /** The container's variables are those that mean the same in any image, and what the user set. */
  #handOver(launch: Launch, words: readonly string[], container: PreparedRun['container']): void {
    const { paths, user } = launch;
    const logs = this.#openLogs(launch);
    // The server writes what the container says.
    if (this.#node.serverGroup !== undefined) for (const log of [logs.stdout, logs.stderr]) fchmodSync(log, 0o664);
    closeLogs(logs);
    const own = new Set(this.spec.environment.map(({ name }) => name));
    const environment = Object.fromEntries(
      Object.entries(launch.environment).filter(([name]) => name.startsWith('AZ_BATCH_') || own.has(name)),
    );
    this.#elsewhere = launch;
    this.#observer.prepared({
      runId: this.spec.runId,
      container,
      words,
      directory: paths.directory,
      workingDirectory: paths.workingDirectory,
      environment,
      ...(user.ids === undefined ? {} : { user: user.ids }),
    });
  }

  /** After the container of a run that was handed over: uploads what is due. Ignored for any other run. */
  finishElsewhere(result: RunResult): void {
    const launch = this.#elsewhere;
    if (launch === undefined) return;
    this.#elsewhere = undefined;
    this.#hasExited = true;
    const { exitCode, container } = result;
    const more = container === undefined ? {} : { container };
    if (exitCode === undefined) this.#observer.ended(result);
    // An engine of containers says 128 + n, and only of our own kill do we know that it was one.
    else
      void this.#finish(this.#wasKilled && exitCode > 128 ? this.#signalCode(exitCode - 128) : exitCode, launch, more);
  }

  #signalCode(signal: number): number {
    return this.spec.signalExitCode === 'n' ? signal : 128 + signal;
  }

  #onExit(exitCode: number, launch: Launch): void {
    this.#hasExited = true;
    if (!mayLeaveServices(this.spec)) this.endServices(launch.paths.directory);
    else if (this.#pid !== undefined && !hasGroup(this.#pid)) {
      this.#isGroupEmpty = true;
      this.#node.reaper.forgetSession(this.#pid);
    }
    void this.#finish(exitCode, launch);
  }

  /** Kills what the run left behind, for example the daemons of a coordination command when its task is over. */
  endServices(directory: string): void {
    if (this.#pid === undefined || !this.#hasExited) return;
    // The number of a group that is empty may be somebody else's by now.
    if (!this.#isGroupEmpty) killGroup(this.#pid);
    const session = this.#isGroupEmpty ? undefined : this.#pid;
    this.#node.reaper.ended(directory, session, this.#wasKilled ? 'now' : 'soon');
    this.#pid = undefined;
  }

  async #finish(exitCode: number, launch: Launch, more: Pick<RunResult, 'container'> = {}): Promise<void> {
    const { outputFiles, noUploads } = this.spec;
    const isUnwanted = this.#wasKilled ? noUploads?.afterKill : exitCode !== 0 && noUploads?.afterFailure;
    const due = isUnwanted === true ? [] : dueOutputFiles(outputFiles, exitCode);
    const failure = due.length === 0 ? undefined : await this.#upload(due, launch);
    if (this.#node.serverGroup !== undefined) {
      try {
        openToServer(launch.paths.directory, this.#node.serverGroup);
      } catch {
        // Another process of the same task directory may delete files meanwhile.
      }
    }
    this.#observer.ended({ exitCode, ...(failure === undefined ? {} : { failure }), ...more });
  }

  async #upload(due: RunSpec['outputFiles'], launch: Launch): Promise<RunResult['failure']> {
    const { retryDelaysMs, transfers: gate } = this.#node;
    const { paths, environment, user } = launch;
    const { signal } = this.#abort;
    setMaxListeners(0, signal);
    const mayRead = (file: string): boolean => canRead(file, user);
    try {
      await startUploadLogs(paths);
      return await uploadOutputFiles(due, { paths, environment, retryDelaysMs, gate, signal, mayRead });
    } catch {
      // Killed while uploading: the exit code stands, and whoever killed knows why.
      return undefined;
    }
  }

  #fail(error: unknown): void {
    if (this.#abort.signal.aborted) this.#observer.ended({});
    else if (error instanceof RunFailureError) this.#observer.ended({ failure: error.failure });
    else this.#observer.ended({ failure: refused('CommandLaunchFailed', messageOf(error)).failure });
  }
}

/** Services that a coordination command leaves live until the multi-instance task ends (batch-semantics 7, 10.3). */
export function mayLeaveServices({ kind }: RunSpec): boolean {
  return kind === 'coordination' || kind === 'subtask';
}

function refused(code: PreparationFailureCode, message: string): RunFailureError {
  return new RunFailureError(preparationFailure(code, [detail('Message', message)]));
}

function launchCode(error: unknown): PreparationFailureCode {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
    ? 'CommandProgramNotFound'
    : 'CommandLaunchFailed';
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : osConstants.signals[signal];
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** What the task's user could read by owner or by the world; its group is its own. */
function canRead(file: string, { ids }: TaskUser): boolean {
  try {
    if (ids === undefined) {
      accessSync(file, fsConstants.R_OK);
      return true;
    }
    const { uid, mode } = statSync(file);
    return ids.uid === 0 || (uid === ids.uid ? (mode & 0o400) !== 0 : (mode & 0o004) !== 0);
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
