/** Application packages of simulated nodes: nothing is fetched, and the directory is there at once. */
import type { NodePackage, TaskFailure } from '../../emulator/engine/index.ts';
import type { MemoryFiles } from './memory-files.ts';

/** Azure's name for a node's root, which simulated commands see, too. */
const NODE_ROOT = '/mnt/batch/tasks';

/** Decides whether a package cannot be installed on a node; absent or undefined: it can. */
export type PackageTrouble = (wanted: NodePackage, nodeId: string) => TaskFailure | undefined;

/** Makes the directories; the first package that cannot be had is the failure. */
export function installSimulated(
  files: MemoryFiles,
  nodeId: string,
  packages: readonly NodePackage[],
  trouble: PackageTrouble = () => undefined,
): TaskFailure | undefined {
  for (const wanted of packages) {
    const { problem, directory } = wanted;
    const failure = problem === undefined ? trouble(wanted, nodeId) : failureOf(wanted, problem);
    if (failure !== undefined) return failure;
    files.makeDirectory(nodeId, `applications/${directory}`);
  }
  return undefined;
}

export function packageVariables(packages: readonly NodePackage[] = []): readonly (readonly [string, string])[] {
  return packages.flatMap(({ directory, variables }) =>
    variables.map((name) => [name, `${NODE_ROOT}/applications/${directory}`] as const),
  );
}

/** As the agent says it (emulator/agent/run/failures.ts). */
function failureOf({ name }: NodePackage, problem: string): TaskFailure {
  return {
    category: 'usererror',
    code: 'ApplicationPackageError',
    message: 'One or more application packages could not be installed on the node',
    details: [
      { name: 'ApplicationPackage', value: name },
      { name: 'Message', value: problem },
    ],
  };
}
