/** How the command ends: 0 done, 1 failed, 2 not understood. */
export const ExitCode = { success: 0, failure: 1, usage: 2 } as const;
