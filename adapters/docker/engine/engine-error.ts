/** What the engine's refusals say, taken apart once so that nobody else looks into an error's text. */
import type Docker from 'dockerode';

/** The HTTP status of the engine's answer; undefined when it gave none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

/** The engine's own words, in one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const json: unknown = 'json' in error ? error.json : undefined;
  const own =
    typeof json === 'object' && json !== null && 'message' in json && typeof json.message === 'string'
      ? json.message
      : error.message;
  return own
    .replace(/^\(HTTP code \d+\)[^-]*- /, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Carries out a removal; what is gone already, or is being removed by somebody else, is as good. */
export async function ignoreMissing(action: Promise<unknown>): Promise<void> {
  try {
    await action;
  } catch (error) {
    const isBeingRemoved = statusOf(error) === 409 && /already in progress/.test(messageOf(error));
    if (statusOf(error) !== 404 && !isBeingRemoved) throw error;
  }
}

/** Removes a network. One that somebody else's container is on stays: it is no longer ours alone. */
export async function removeUnusedNetwork(network: Docker.Network): Promise<'removed' | 'in use'> {
  try {
    await ignoreMissing(network.remove());
    return 'removed';
  } catch (error) {
    if (/active endpoints/.test(messageOf(error))) return 'in use';
    throw error;
  }
}
