/** The file API by way of a node's container: a process of root in it answers for one operation (inside-main.ts). */
import type Docker from 'dockerode';
import { Duplex } from 'node:stream';
import type { Readable } from 'node:stream';
import type { NodeFileEntry } from '../../../emulator/engine/index.ts';
import { separate } from '../container/attached-stream.ts';
import { FILES_BUNDLE, NODE_BINARY } from '../container/inside-paths.ts';

type Deletion = 'deleted' | 'missing' | 'notEmpty';

export class InsideFiles {
  readonly #container: Docker.Container;

  constructor(container: Docker.Container) {
    this.#container = container;
  }

  async list(path: string, recursive: boolean): Promise<readonly NodeFileEntry[] | undefined> {
    const entries = (await this.#ask(['list', path, recursion(recursive)])) as readonly NodeFileEntry[] | null;
    return entries ?? undefined;
  }

  async stat(path: string): Promise<NodeFileEntry | undefined> {
    return ((await this.#ask(['stat', path])) as NodeFileEntry | null) ?? undefined;
  }

  async delete(path: string, recursive: boolean): Promise<Deletion> {
    return (await this.#ask(['delete', path, recursion(recursive)])) as Deletion;
  }

  async *read(path: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array> {
    const bounds = range === undefined ? [] : [String(range.start), String(range.end)];
    const { stdout, ended } = await this.#start(['read', path, ...bounds]);
    yield* stdout as AsyncIterable<Buffer>;
    await ended();
  }

  async #ask(words: readonly string[]): Promise<unknown> {
    const { stdout, ended } = await this.#start(words);
    let text = '';
    stdout.setEncoding('utf8');
    for await (const chunk of stdout as AsyncIterable<string>) text += chunk;
    await ended();
    return JSON.parse(text) as unknown;
  }

  /** `ended` rejects with what the program complained of; call it when its output is read. */
  async #start(words: readonly string[]): Promise<{ readonly stdout: Readable; readonly ended: () => Promise<void> }> {
    const exec = await this.#container.exec({
      Cmd: [NODE_BINARY, FILES_BUNDLE, ...words],
      User: '0:0',
      WorkingDir: '/',
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream: unknown = await exec.start({ hijack: true, stdin: false });
    if (!(stream instanceof Duplex)) throw new Error('the engine did not hand over the connection to attach to');
    const { stdout, stderr } = separate(stream);
    let complaint = '';
    stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    return {
      stdout,
      ended: async () => {
        stream.destroy();
        const { ExitCode: code } = await exec.inspect();
        if (code !== null && code !== 0) throw new Error(problemIn(complaint) ?? `it ended with exit code ${code}`);
      },
    };
  }
}

function recursion(recursive: boolean): string {
  return recursive ? 'recursive' : 'flat';
}

/** The message of the error that Node shows before it ends, without its stack. */
function problemIn(complaint: string): string | undefined {
  return /^(?:\w*Error): (.*)$/m.exec(complaint)?.[1];
}
