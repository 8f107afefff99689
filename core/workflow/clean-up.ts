/**
 * Removes what a workflow has created, in the end, after a failure and after an interruption. A workflow registers each
 * thing as soon as it may exist; what nobody registered is never touched.
 */
import { duration, isFault } from '../kernel/index.ts';
import type { Fault } from '../kernel/index.ts';
import type { CallOptions } from '../ports/batch-service.ts';
import { count } from './text.ts';
import type { Workflow } from './workflow.ts';

export interface Removal {
  /** What it is, for messages: `pool top-words-1`. */
  readonly name: string;
  /** Asks before it removes it; only at the end of a workflow that succeeded. */
  readonly question?: { readonly text: string; readonly byDefault: boolean };
  /** False for what existed before: it is removed on a yes to its question alone. */
  readonly own?: boolean;
  /** A thing that is gone already is not an error. */
  remove(options: CallOptions): Promise<void>;
}

export interface CleanUp {
  /** Things are removed in the opposite order of these calls. The result takes the registration back. */
  register(removal: Removal): () => void;
}

/** All of a clean-up may take this long: somebody who pressed Ctrl-C waits for it. */
const cleanUpLimitMs = duration.seconds(20);

/**
 * Runs `body`, then removes what it registered. After a success it asks where there is a question; after a failure or an
 * interruption it asks nothing and removes what the workflow itself created. With `keep` nothing is removed. A removal
 * that fails does not stop the others: together they are one warning.
 */
export async function withCleanUp<T>(
  workflow: Workflow,
  { keep }: { readonly keep: boolean },
  body: (cleanUp: CleanUp) => Promise<T>,
): Promise<T> {
  const removals: Removal[] = [];
  const register = (removal: Removal) => {
    removals.unshift(removal);
    return (): void => void removals.splice(removals.indexOf(removal), 1);
  };
  let result: T;
  try {
    result = await body({ register });
    if (!keep) await removeAll(workflow, await confirmed(workflow, removals));
  } catch (error) {
    if (!keep)
      await removeAll(
        workflow,
        removals.filter((removal) => removal.own !== false),
      );
    throw reasonToStop(workflow.signal, error);
  } finally {
    if (keep && removals.length > 0) {
      workflow.reporter.step(
        `Kept ${removals
          .map((removal) => removal.name)
          .toReversed()
          .join(', ')}`,
      );
    }
  }
  return result;
}

/** Who interrupts a workflow may say why, for example that its storage has died; a call that was cut off cannot know. */
function reasonToStop(signal: AbortSignal | undefined, error: unknown): unknown {
  return isFault(error, 'cancelled') && signal?.aborted === true && isFault(signal.reason) ? signal.reason : error;
}

/** Asks the questions first, all of them, so that nobody waits between them. */
async function confirmed(workflow: Workflow, removals: readonly Removal[]): Promise<readonly Removal[]> {
  const wanted: Removal[] = [];
  for (const removal of removals) {
    const { question } = removal;
    if (question === undefined) {
      wanted.push(removal);
    } else if (await workflow.questions.confirm(question.text, question.byDefault, workflow.signal)) {
      wanted.push(removal);
    } else {
      workflow.reporter.step(`Kept ${removal.name}`);
    }
  }
  return wanted;
}

async function removeAll(workflow: Workflow, removals: readonly Removal[]): Promise<void> {
  const { clock, reporter } = workflow;
  // Not the workflow's signal, which may be what brought us here.
  const limit = new AbortController();
  const timer = clock.timerAt(clock.now() + cleanUpLimitMs, () => limit.abort());
  const removed: string[] = [];
  const left: { readonly name: string; readonly reason: string }[] = [];
  for (const removal of removals) {
    try {
      await removal.remove({ signal: limit.signal });
      removed.push(removal.name);
    } catch (error) {
      if (isFault(error, 'notFound')) continue;
      left.push({ name: removal.name, reason: limit.signal.aborted ? 'no time left' : reasonOf(error) });
    }
  }
  timer.cancel();
  if (removed.length > 0) reporter.step(`Deleted ${removed.join(', ')}`);
  const [first] = left;
  if (first === undefined) return;
  reporter.warn(`Could not delete ${left.map(({ name }) => name).join(', ')} (${first.reason})`);
  reporter.fact('leftBehind', { count: count(left.length, 'thing'), left });
}

function reasonOf(error: unknown): string {
  const fault: Fault | undefined = isFault(error) ? error.fault : undefined;
  return fault?.message ?? (error instanceof Error ? error.message : String(error));
}
