/** A route of the control plane: a method, a path with parameters, and what it does for one account. */
import type { EngineFault, Reply, RunningEngine } from '../engine/index.ts';

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface StreamedAnswer {
  readonly status: 200;
  readonly stream: AsyncIterable<Uint8Array>;
  /** The media type. */
  readonly type: string;
}

export type ControlAnswer = JsonAnswer | StreamedAnswer;

export interface ControlCall {
  readonly engine: RunningEngine;
  /** Values of the path's parameters, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The request's JSON; an empty object when it has none. */
  readonly body: unknown;
  /** The request's body as it comes, for a route that takes content. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface ControlRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the control plane's prefix, for example `explain/pools/{pool}`. */
  readonly path: string;
  /** The body is no JSON, and may be large. */
  readonly takesContent?: true;
  handle(call: ControlCall): Promise<ControlAnswer>;
}

/** The parameters' values when the path is one of the route's; undefined otherwise. */
export function matchPath(pattern: string, segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  const parts = pattern.split('/');
  if (parts.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== segment) return undefined;
    if (name !== undefined) parameters[name] = segment;
  }
  return parameters;
}

/** The engine's answer, or its refusal as a sentence with the status that fits. */
export async function answered<T>(
  call: ControlCall,
  reply: Reply<T>,
  show: (value: T) => unknown = (value) => value ?? {},
): Promise<JsonAnswer> {
  const outcome = await reply;
  if (outcome.ok) return { status: 200, body: show(outcome.value) };
  const { code } = outcome.fault;
  return {
    status: code.endsWith('NotFound') ? 404 : code.startsWith('Invalid') ? 400 : 409,
    body: { error: sentenceOf(outcome.fault, call.parameters), code },
  };
}

/** A refusal in words. `parameters` say what was asked for, where the refusal does not. */
export function sentenceOf({ code, values }: EngineFault, parameters: ControlCall['parameters'] = {}): string {
  const missing = /^(Pool|Node|Job|Task)NotFound$/.exec(code)?.[1]?.toLowerCase();
  if (missing !== undefined) return `There is no ${missing} "${parameters[missing] ?? ''}".`;
  const reason = values?.find(({ key }) => key === 'Reason')?.value;
  return reason ?? `The service refuses that now: ${code}.`;
}
