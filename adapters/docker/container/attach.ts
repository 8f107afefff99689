/** Starts a container with its streams attached, so that nothing it says is missed, and tells how it ended. */
import type Docker from 'dockerode';
import { createInterface } from 'node:readline';
import { Duplex } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import { messageOf, statusOf } from '../engine/engine-error.ts';
import { separate } from './attached-stream.ts';

export interface AttachedContainer {
  readonly input: Writable;
  readonly output: Readable;
  /** Resolves when it is over and its output read, with a predicate: `ended with exit code 1 (out of memory)`. */
  readonly exited: Promise<string>;
}

/** How many last lines of standard error are told when the main process ends. */
const REMEMBERED_LINES = 3;

const NOTED_WITHIN_MS = 5_000;

export async function startAttached(
  container: Docker.Container,
  onErrorLine: (line: string) => void,
): Promise<AttachedContainer> {
  const stream = await attach(container);
  const { stdout, stderr } = separate(stream);
  const lines: string[] = [];
  const stderrRead = new Promise<void>((resolve) => {
    const reader = createInterface({ input: stderr });
    reader.on('line', (line) => {
      lines.push(line);
      if (lines.length > REMEMBERED_LINES) lines.shift();
      onErrorLine(line);
    });
    reader.on('close', resolve);
  });
  const stdoutRead = new Promise<void>((resolve) => {
    for (const end of ['end', 'close'] as const) stdout.on(end, resolve);
  });
  try {
    await container.start();
  } catch (error) {
    stream.destroy();
    throw error;
  }
  const exited = Promise.all([stdoutRead, stderrRead]).then(async () => {
    stream.destroy();
    const how = await howItEnded(container);
    return lines.length === 0 ? how : `${how}: ${lines.join(' | ')}`;
  });
  return { input: stream, output: stdout, exited };
}

/** The connection itself: what is written to it is the main process's input. */
async function attach(container: Docker.Container): Promise<Duplex> {
  const stream: unknown = await container.attach({
    stream: true,
    stdin: true,
    stdout: true,
    stderr: true,
    hijack: true,
  });
  if (stream instanceof Duplex) return stream;
  throw new Error('the engine did not hand over the connection to attach to');
}

async function howItEnded(container: Docker.Container): Promise<string> {
  try {
    // The stream may end a moment before the engine has taken note. A connection that broke ends it, too.
    await container.wait({ abortSignal: AbortSignal.timeout(NOTED_WITHIN_MS) });
    const { State: state } = await container.inspect();
    if (state.OOMKilled) return 'was ended because its container ran out of memory';
    if (state.ExitCode > 128) return `was killed by signal ${state.ExitCode - 128}`;
    return `ended with exit code ${state.ExitCode}`;
  } catch (error) {
    if (statusOf(error) === 404) return 'is gone with its container, which somebody removed';
    return `cannot be reached any more (${messageOf(error)})`;
  }
}
