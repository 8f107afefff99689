/** Which exit options apply to a completed task, and what they ask for (batch-semantics 3.5). */
import type { ExitConditions, ExitOptions } from '../resources/task.ts';

/** The part of a completion that the conditions look at. */
export interface ExitFacts {
  readonly exitCode?: number;
  readonly result: 'success' | 'failure';
  readonly phase?: 'preProcessing' | 'fileUpload';
}

/** The entry that applies: exact code, range, pre-processing error, upload error, default. Not for plain success. */
function exitOptions(conditions: ExitConditions | undefined, facts: ExitFacts): ExitOptions | undefined {
  if (conditions === undefined) return undefined;
  const { exitCode, phase } = facts;
  if (exitCode !== undefined) {
    const exact = conditions.exitCodes?.find((entry) => entry.code === exitCode);
    if (exact !== undefined) return exact.exitOptions;
    const range = conditions.exitCodeRanges?.find((entry) => entry.start <= exitCode && exitCode <= entry.end);
    if (range !== undefined) return range.exitOptions;
  }
  if (phase === 'preProcessing') return conditions.preProcessingError ?? conditions.default;
  if (phase === 'fileUpload') return conditions.fileUploadError ?? conditions.default;
  return facts.result === 'failure' ? conditions.default : undefined;
}

/** `satisfy` for success and `block` for everything else, unless the options say otherwise. */
export function dependencyAction(conditions: ExitConditions | undefined, facts: ExitFacts): 'satisfy' | 'block' {
  return exitOptions(conditions, facts)?.dependencyAction ?? (facts.result === 'success' ? 'satisfy' : 'block');
}

/** `none` for success and `terminate` for everything else, unless the options say otherwise. */
export function jobAction(conditions: ExitConditions | undefined, facts: ExitFacts): 'none' | 'disable' | 'terminate' {
  return exitOptions(conditions, facts)?.jobAction ?? (facts.result === 'success' ? 'none' : 'terminate');
}
