/** Tells advice as warnings of the server, a few of a kind in each job, so that ten thousand tasks do not flood it. */
import type { Advice } from '../engine/index.ts';
import type { ServerLog } from '../rest/index.ts';

const TOLD = 3;

export function warnOf(log: ServerLog): (advice: Advice, count: number) => void {
  return ({ text, remedy, jobId, code }, count) => {
    if (count <= TOLD) log.warn(`${text} ${remedy}`);
    if (count === TOLD + 1) {
      log.warn(`More tasks of job "${jobId}" are like that (${code}): GET /_batchrite/warnings counts them.`);
    }
  };
}
