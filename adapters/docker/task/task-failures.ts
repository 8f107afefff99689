/** The failures of container tasks, in the service's words (wire-facts 2.3). */
import type { RunResult } from '../../../emulator/engine/index.ts';

type Failure = NonNullable<RunResult['failure']>;

const SENTENCES = {
  ContainerInvalidSettings: ['usererror', 'At least one value of specified task container settings is invalid'],
  ContainerInvalidImage: ['usererror', 'One or more container images specified are invalid'],
  ContainerInvalidRegistry: ['usererror', 'One or more container registries specified are invalid'],
} as const;

export function containerFailure(
  code: keyof typeof SENTENCES,
  message: string,
  image?: string,
): { readonly failure: Failure } {
  const [category, sentence] = SENTENCES[code];
  return {
    failure: {
      phase: 'preProcessing',
      category,
      code,
      message: sentence,
      details: [
        ...(image === undefined ? [] : [{ name: 'ContainerImage', value: image }]),
        { name: 'Message', value: message },
      ],
    },
  };
}
