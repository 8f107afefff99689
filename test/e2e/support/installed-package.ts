// The package as npm packs it, installed into an empty project, and commands that run there.
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const repository = join(import.meta.dirname, '../../..');

export interface Ended {
  readonly code: number;
  readonly output: string;
}

export class InstalledPackage {
  readonly folder: string;
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    this.folder = join(root, 'project');
  }

  /** Packs, and installs with npm, which takes from its cache what it has. */
  static async create(): Promise<InstalledPackage> {
    const installed = new InstalledPackage(await mkdtemp(join(tmpdir(), 'batchrite-package-')));
    try {
      await installed.#install();
      return installed;
    } catch (error) {
      await installed.remove();
      throw error;
    }
  }

  async #install(): Promise<void> {
    await mkdir(this.folder);
    const manifest = { name: 'empty-project', private: true, type: 'module' };
    await this.write('package.json', JSON.stringify(manifest));
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', this.#root], { cwd: repository });
    const tarball = packed.stdout.trim().split('\n').at(-1) ?? '';
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error'];
    await run('npm', ['install', ...quiet, join(this.#root, tarball)], { cwd: this.folder });
  }

  /** Gives the project a package that this repository has, as if it were installed there, too. */
  async borrow(name: string): Promise<void> {
    await symlink(join(repository, 'node_modules', name), join(this.folder, 'node_modules', name));
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8');
  }

  /** Runs a program in the project to its end; never rejects for its exit code. */
  run(program: string, ...args: readonly string[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      }
      child.once('error', reject);
      child.once('close', (code) => resolve({ code: code ?? -1, output }));
    });
  }

  /** Starts `npx batchrite start` with what follows; `stop` ends it and gives the exit code of npx. */
  async start(
    ...args: readonly string[]
  ): Promise<{ readonly ready: Readonly<Record<string, unknown>>; stop(): Promise<number> }> {
    const child = spawn('npx', ['batchrite', 'start', ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = new Promise<number>((resolve) => {
      child.once('close', (code) => resolve(code ?? -1));
    });
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding('utf8').once('data', resolve);
      void closed.then((code) => reject(new Error(`batchrite start ended with ${code} before it was ready`)));
    });
    const ready = JSON.parse(line) as { readonly pid: number };
    return {
      ready: { ...ready },
      stop: () => {
        process.kill(ready.pid, 'SIGTERM');
        return closed;
      },
    };
  }

  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }
}
