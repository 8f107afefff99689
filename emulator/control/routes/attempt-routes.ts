/** `GET /_batchrite/jobs/{job}/tasks/{task}/attempts…`: each start of a task, and what it wrote. */
import { Readable } from 'node:stream';
import type { AttemptResource, NodeFileSystem } from '../../engine/index.ts';
import { type ControlAnswer, type ControlCall, type ControlRoute, answered } from '../route.ts';

export interface AttemptFiles {
  readonly files: NodeFileSystem;
  /** Where the logs of an attempt are that a later one on the same node has set aside, relative to the node's root. */
  readonly pathAside: (directory: string, attempt: number) => string;
  /** As the runtime has it. */
  readonly keptLog: (runId: string, file: string) => Uint8Array | undefined;
}

const LOGS = ['stdout.txt', 'stderr.txt', 'fileuploadout.txt', 'fileuploaderr.txt'] as const;

export function attemptRoutes(logs: AttemptFiles): readonly ControlRoute[] {
  return [
    {
      method: 'GET',
      path: 'jobs/{job}/tasks/{task}/attempts',
      handle: async (call) => {
        const attempts = await list(call);
        if (!attempts.ok) return answered(call, Promise.resolve(attempts));
        return { status: 200, body: { attempts: attempts.value.map((attempt) => shown(attempt, logs)) } };
      },
    },
    {
      method: 'GET',
      path: 'jobs/{job}/tasks/{task}/attempts/{attempt}/{file}',
      handle: (call) => readLog(call, logs),
    },
  ];
}

function list({ engine, parameters }: ControlCall): ReturnType<ControlCall['engine']['attempts']['list']> {
  const { job = '', task = '' } = parameters;
  return engine.attempts.list(job, task);
}

/** Where files are on a node is no caller's business; whether they are is. */
function shown(resource: AttemptResource, { keptLog }: AttemptFiles): object {
  const { logs, runId, startTime, endTime, ...attempt } = resource;
  return {
    ...attempt,
    startTime: new Date(startTime).toISOString(),
    ...(endTime === undefined ? {} : { endTime: new Date(endTime).toISOString() }),
    hasLogs: logs !== undefined || LOGS.some((name) => keptLog(runId, name) !== undefined),
  };
}

async function readLog(call: ControlCall, { files, pathAside, keptLog }: AttemptFiles): Promise<ControlAnswer> {
  const { attempt: number = '', file = '', task = '' } = call.parameters;
  const name = LOGS.find((each) => each === file);
  if (name === undefined) return missing(`An attempt has ${LOGS.join(', ')}, and no "${file}".`);
  const outcome = await list(call);
  if (!outcome.ok) return answered(call, Promise.resolve(outcome));
  const attempt = outcome.value.find((each) => String(each.number) === number);
  if (attempt === undefined) {
    const numbers = outcome.value.map((each) => each.number);
    const range = numbers.length === 0 ? 'it has not started yet' : `there are ${numbers.join(', ')}`;
    return missing(`Task "${task}" has no attempt ${number}: ${range}.`);
  }
  const { nodeId, runId, logs } = attempt;
  const type = 'text/plain; charset=utf-8';
  if (logs !== undefined) {
    const folder = logs.place === 'aside' ? pathAside(logs.directory, attempt.number) : logs.directory;
    const path = `${folder}/${name}`;
    const isThere = (await files.stat(nodeId, path)) !== undefined;
    if (isThere) return { status: 200, stream: files.read(nodeId, path), type };
  }
  const kept = keptLog(runId, name);
  if (kept !== undefined) return { status: 200, stream: Readable.from([kept]), type };
  return missing(
    logs === undefined
      ? `The logs of attempt ${number} went with node ${nodeId}, or with the task's retention time.`
      : `Attempt ${number} of task "${task}" left no ${name} on node ${nodeId}.`,
  );
}

function missing(error: string): ControlAnswer {
  return { status: 404, body: { error } };
}
