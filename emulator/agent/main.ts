/**
 * The agent as a program: requests on the standard input, events on the standard output (protocol.ts). It
 * lives as long as its input does: when the server goes, so does everything on the node.
 */
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { JsonLineReader, JsonLineWriter } from './json-lines.ts';
import { NodeAgent } from './node-agent.ts';
import type { AgentEvent, AgentRequest } from './protocol.ts';

/** Pauses before a transfer is tried again after a transient trouble: a short outage passes unnoticed. */
const RETRY_DELAYS_MS = [100, 400, 1_500, 3_000];

const PARENT_CHECK_MS = 2_000;
const LONGEST_STOP_MS = 10_000;

const REQUEST_TYPES: readonly string[] = [
  'setup',
  'run',
  'installPackages',
  'kill',
  'deleteDirectory',
  'finish',
  'stop',
];

function main(): void {
  const output = openOutput();
  const writer = new JsonLineWriter(output);
  const emit = (event: AgentEvent): void => {
    writer.send(event);
    // Whoever does not listen is not given more to do.
    if (writer.isCongested && !process.stdin.isPaused()) {
      process.stdin.pause();
      output.once('drain', () => process.stdin.resume());
    }
  };
  const agent = new NodeAgent({ emit, environment: process.env, retryDelaysMs: RETRY_DELAYS_MS });
  const leave = (): void => {
    agent.killAll();
    try {
      agent.openFilesToServer();
    } finally {
      process.exit(0);
    }
  };
  const reader = new JsonLineReader({
    value: (value) => {
      if (!isRequest(value)) {
        emit({ type: 'log', level: 'error', text: 'A line that is no request was ignored.' });
        return;
      }
      try {
        agent.handle(value);
      } catch (error) {
        // A request without the members of its kind; the node goes on.
        emit({ type: 'log', level: 'error', text: `A "${value.type}" request failed: ${String(error)}` });
      }
      if (value.type === 'stop') void stop(agent, writer, leave);
    },
    broken: (reason) => emit({ type: 'log', level: 'error', text: `The agent ignored ${reason}.` }),
  });
  process.stdin.on('data', (chunk: Buffer) => reader.push(chunk));
  for (const end of ['end', 'close', 'error'] as const) process.stdin.on(end, leave);
  output.on('error', leave);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, leave);
  watchParent(leave);
}

/** Deletions that were asked for before are carried out, within reason. */
async function stop(agent: NodeAgent, writer: JsonLineWriter, leave: () => void): Promise<void> {
  setTimeout(leave, LONGEST_STOP_MS).unref();
  await agent.settled();
  writer.flush(leave);
}

/**
 * Node writes to a pipe's standard output synchronously: a server that is slow would freeze the agent. A
 * socket of its own writes when it can; a terminal or a file keeps Node's stream.
 */
function openOutput(): Writable {
  try {
    return new Socket({ fd: 1, readable: false, writable: true });
  } catch {
    return process.stdout;
  }
}

/** A pipe that another process inherited stays open after the server's death; the parent's number changes. */
function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, PARENT_CHECK_MS).unref();
}

/** Only the server writes to this stream, so the request's kind is all that is checked. */
function isRequest(value: unknown): value is AgentRequest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    REQUEST_TYPES.includes(value.type)
  );
}

main();
