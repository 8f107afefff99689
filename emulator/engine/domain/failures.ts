/** The texts of failures that the service itself decides, as recorded (wire-facts 2.3, batch-semantics 3.3, 3.4). */
import type { TaskFailure } from '../resources/common.ts';

const NONZERO_EXIT = 'The task exited with an exit code representing a failure';

/** Undefined for exit code 0. */
export function failureOfExitCode(exitCode: number | undefined): TaskFailure | undefined {
  if (exitCode === undefined || exitCode === 0) return undefined;
  return {
    category: 'usererror',
    code: 'FailureExitCode',
    message: NONZERO_EXIT,
    details: [{ name: 'Message', value: NONZERO_EXIT }],
  };
}

/** Both ends by the service carry the code TaskEnded; which one newer agents give for the wall clock is open (section 15). */
export function failureOfInterruption(why: 'terminate' | 'wallClock', wallClockCode = 'TaskEnded'): TaskFailure {
  if (why === 'terminate') {
    return { category: 'usererror', code: 'TaskEnded', message: 'Task Was Ended by User Request' };
  }
  return {
    category: 'usererror',
    code: wallClockCode,
    message: 'Task Was Ended by User Request',
    details: [{ name: 'Message', value: 'The maximum execution time configured on the task was exceeded' }],
  };
}
