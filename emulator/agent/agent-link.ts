/**
 * The server's end of the protocol over any pair of streams: a child process's, or those of a container
 * that is attached to.
 */
import type { Readable, Writable } from 'node:stream';
import { JsonLineReader, JsonLineWriter } from './json-lines.ts';
import type { AgentEvent, AgentRequest } from './protocol.ts';

export interface AgentLinkOptions {
  /** The agent's standard input. */
  readonly input: Writable;
  /** The agent's standard output. */
  readonly output: Readable;
  readonly onEvent: (event: AgentEvent) => void;
  /** A line from the agent that cannot be understood, in a sentence. */
  readonly onProblem: (text: string) => void;
}

const EVENT_TYPES: readonly string[] = ['ready', 'started', 'prepared', 'ended', 'packagesInstalled', 'log', 'failed'];

export class AgentLink {
  readonly #input: Writable;
  readonly #writer: JsonLineWriter;

  constructor({ input, output, onEvent, onProblem }: AgentLinkOptions) {
    this.#input = input;
    this.#writer = new JsonLineWriter(input);
    const reader = new JsonLineReader({
      value: (value) => {
        if (isEvent(value)) onEvent(value);
        else onProblem('The agent sent a line that is no event; it was ignored.');
      },
      broken: (reason) => onProblem(`The agent sent ${reason}; it was ignored.`),
    });
    output.on('data', (chunk: Buffer) => reader.push(chunk));
    // A dead agent shows as the end of its process; what was still to be written is lost with it.
    input.on('error', () => undefined);
    output.on('error', () => undefined);
  }

  /** Requests arrive in the order given. After `end` they are dropped. */
  send(request: AgentRequest): void {
    if (this.#input.writable) this.#writer.send(request);
  }

  /** The agent ends, and everything on its node with it, when its input does. */
  end(): void {
    this.#writer.flush(() => this.#input.end());
  }
}

/** The agent is ours, and so is the pipe: the event's kind is all that is checked. */
function isEvent(value: unknown): value is AgentEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    EVENT_TYPES.includes(value.type)
  );
}
