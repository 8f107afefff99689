/** How the command ends: 0 done, 1 failed, 2 not understood; a run that was interrupted ends with 128 and the signal's number. */
export const ExitCode = { success: 0, failure: 1, usage: 2 } as const;
