/** Words that explanations share: points in time, counts and lists, and how files of nodes are read. */
import { type Instant, describeDuration } from '../../../core/kernel/index.ts';
import type { ServiceError, TaskFailure } from '../resources/common.ts';

/** `2030-01-01 00:00:05 UTC`. */
export function at(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `since 2030-01-01 00:00:05 UTC (4.0 s ago)`. */
export function since(now: Instant, instant: Instant): string {
  return `since ${at(instant)} (${describeDuration(Math.max(0, now - instant))} ago)`;
}

/** `in 4.0 s, at 2030-01-01 00:00:05 UTC`, or `now` when the moment has come. */
export function until(now: Instant, instant: Instant): string {
  return instant <= now ? 'now' : `in ${describeDuration(instant - now)}, at ${at(instant)}`;
}

/** `1 node`, `3 nodes`; a form of its own where `s` is not the plural. */
export function count(number: number, thing: string, things = `${thing}s`): string {
  return `${number} ${number === 1 ? thing : things}`;
}

const SHOWN = 3;

/** `"a"`, `"a" and "b"`, `"a", "b", "c" and 4 more`. */
export function quoted(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `"${name}"`);
  if (names.length > SHOWN) return `${shown.join(', ')} and ${names.length - SHOWN} more`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** `FileNotFound: the text`, with what the details add. */
export function failureText({ code, message, details }: TaskFailure): string {
  const added = (details ?? []).map(({ value }) => value).filter((value) => value !== message);
  // A resource file's URL holds a signature, which is nobody's business here.
  const safe = added.map((value) => value.replace(/([?&]sig=)[^&\s]*/gi, '$1…'));
  return `${code}: ${[message, ...safe].join('; ')}`;
}

export function errorText({ code, message }: Pick<ServiceError, 'code' | 'message'>): string {
  return `${code}: ${message}`;
}

/** How a file of a node is read with the tool that everybody has. */
export function readNodeFile(poolId: string, nodeId: string, path: string): string {
  const name = path.split('/').at(-1) ?? path;
  return `az batch node file download --pool-id ${poolId} --node-id ${nodeId} --file-path ${path} --destination ${name}`;
}

export function readTaskFile(jobId: string, taskId: string, path: string): string {
  return `az batch task file download --job-id ${jobId} --task-id ${taskId} --file-path ${path} --destination ${path}`;
}
