/** How the worker ends. The exit code tells a job's exit conditions what went wrong, one line on stderr tells a person. */

export const ExitCode = {
  /** A bug of the worker. */
  bug: 1,
  /** Wrong or missing options. */
  usage: 2,
  /** The input file is missing or cannot be read. */
  input: 3,
  /** Storage refused the upload: the SAS is expired or wrong, or the container is gone. */
  refused: 4,
  /** Storage could not be reached, or kept failing. */
  unreachable: 5,
  /** The output cannot be written in the working directory. */
  local: 6,
} as const;

type ExitCodeName = keyof typeof ExitCode;

/** An error that is not a bug of the worker. */
export class WorkerError extends Error {
  readonly exitCode: (typeof ExitCode)[ExitCodeName];

  constructor(exitCode: (typeof ExitCode)[ExitCodeName], message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
