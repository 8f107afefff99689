/**
 * Application packages of one node: each is downloaded and unzipped once, whoever asks for it and however many do, and
 * appears in `applications` complete or not at all (batch-semantics 9.2).
 */
import { createWriteStream, existsSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Gate } from '../../../core/kernel/index.ts';
import type { NodePackage, TaskFailure } from '../../engine/index.ts';
import { HIDDEN_DIRECTORY, PACKAGE_DIRECTORY, confine } from '../node/layout.ts';
import { RunFailureError, detail, preparationFailure } from '../run/failures.ts';
import { asProblem, send, withRetries } from '../transfer/http.ts';
import { ZipProblem, unzip } from './zip.ts';

export interface PackageInstallerOptions {
  readonly root: string;
  readonly gate: Gate;
  readonly retryDelaysMs: readonly number[];
}

export class PackageInstaller {
  readonly #options: PackageInstallerOptions;
  readonly #drafts: string;
  readonly #underWay = new Map<string, Promise<void>>();
  #count = 0;

  /** What an earlier agent left half done goes away. */
  constructor(options: PackageInstallerOptions) {
    this.#options = options;
    this.#drafts = `${options.root}/${HIDDEN_DIRECTORY}/packages`;
    rmSync(this.#drafts, { recursive: true, force: true });
  }

  /** Whether something is to be done, or to be refused, before the packages can be used. */
  lacks(packages: readonly NodePackage[] | undefined): boolean {
    return packages?.some((each) => each.problem !== undefined || this.#mustCome(each)) === true;
  }

  /**
   * Resolves when all are there; rejects with a `RunFailureError` for the first that cannot be had. An aborted signal ends
   * the waiting, not the work: others may wait for it.
   */
  async install(packages: readonly NodePackage[], signal?: AbortSignal): Promise<void> {
    const works = packages.map((each) => this.#ensure(each));
    const all = Promise.all(works);
    if (signal === undefined) {
      await all;
      return;
    }
    all.catch(() => undefined);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await Promise.race([all, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** One that came with the node's boot is not looked for again: what a task did to it since is the tasks' affair. */
  #mustCome({ directory, url }: NodePackage): boolean {
    if (url === undefined) return false;
    const target = this.#targetOf(directory);
    return target === undefined || !existsSync(target);
  }

  #targetOf(directory: string): string | undefined {
    return directory.includes('/') ? undefined : confine(`${this.#options.root}/${PACKAGE_DIRECTORY}`, directory);
  }

  async #ensure(wanted: NodePackage): Promise<void> {
    const { directory, problem, url } = wanted;
    if (problem !== undefined) throw failure(wanted, problem);
    if (url === undefined || !this.#mustCome(wanted)) return;
    const target = this.#targetOf(directory);
    if (target === undefined) throw failure(wanted, `"${directory}" is no name of a directory`);
    const others = this.#underWay.get(directory);
    if (others !== undefined) {
      await others;
      return;
    }
    const work = this.#bring(wanted, url, target).finally(() => this.#underWay.delete(directory));
    this.#underWay.set(directory, work);
    await work;
  }

  async #bring(wanted: NodePackage, url: string, target: string): Promise<void> {
    this.#count += 1;
    const draft = `${this.#drafts}/${this.#count}`;
    const file = `${draft}.zip`;
    try {
      await mkdir(draft, { recursive: true, mode: 0o775 });
      await this.#download(url, file);
      await unzip(file, draft);
      await rename(draft, target);
    } catch (error) {
      throw failureOf(wanted, error);
    } finally {
      await Promise.all([draft, file].map((path) => rm(path, { recursive: true, force: true })));
    }
  }

  async #download(url: string, file: string): Promise<void> {
    const { gate, retryDelaysMs } = this.#options;
    const { signal } = new AbortController();
    await gate.pass(() =>
      withRetries(
        async () => {
          const response = await send({ method: 'GET', url, signal });
          await pipeline(response, createWriteStream(file));
        },
        retryDelaysMs,
        signal,
      ),
    );
  }
}

/** What a rejected `install` says of a node that boots: a failure of the node, of no run. */
export function installationFailure(error: unknown): TaskFailure {
  const reason = error instanceof Error ? error.message : String(error);
  const { failure: found } =
    error instanceof RunFailureError
      ? error
      : new RunFailureError(preparationFailure('ApplicationPackageError', [detail('Message', reason)]));
  const { phase: _, ...rest } = found;
  return rest;
}

function failureOf(wanted: NodePackage, error: unknown): RunFailureError {
  if (isDiskFull(error)) {
    return new RunFailureError(preparationFailure('DiskFull', [detail('ApplicationPackage', wanted.name)]));
  }
  if (error instanceof ZipProblem) return failure(wanted, `the package is no zip that can be used: ${error.message}`);
  const problem = asProblem(error);
  if (problem !== undefined) return failure(wanted, `it could not be downloaded: ${problem.message}`);
  return failure(wanted, error instanceof Error ? error.message : String(error));
}

function failure({ name }: NodePackage, message: string): RunFailureError {
  const details = [detail('ApplicationPackage', name), detail('Message', message)];
  return new RunFailureError(preparationFailure('ApplicationPackageError', details));
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
