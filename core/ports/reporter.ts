/** How a workflow tells a person what happens, and asks. Implemented for terminals, pipes and JSON. */

/** A long piece of work whose progress is shown while it lasts. */
export interface Progress {
  /** `detail` says where it stands, for example `2 of 4 nodes idle`. */
  update(detail: string): void;
  done(summary?: string): void;
  fail(summary?: string): void;
}

export interface Reporter {
  /** A heading or a finished step, one line. */
  step(text: string): void;
  /** Additional lines below the last step, for example a file's content. */
  detail(text: string): void;
  warn(text: string): void;
  progress(title: string): Progress;
  /** A structured fact for machines; people do not see it. */
  fact(name: string, value: unknown): void;
}

export interface Questions {
  /** Asks for yes or no. Where nobody can answer, resolves with `byDefault`. */
  confirm(question: string, byDefault: boolean, signal?: AbortSignal): Promise<boolean>;
}
