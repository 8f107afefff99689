/** From references to application packages to what a node installs, and what rules ask of the account about them. */
import { packageOf, packageVariables } from '../domain/application.ts';
import { applicationKey } from '../domain/keys.ts';
import type { ApplicationPackageReference } from '../resources/common.ts';
import type { AccountMeans } from '../rules/checks.ts';
import type { NodePackage } from '../spi/node-runtime.ts';
import type { Turn } from '../turn.ts';

type Account = Pick<Turn, 'world' | 'linkedStorage'>;

export function accountMeans({ world, linkedStorage }: Account): AccountMeans {
  return {
    hasStorage: linkedStorage !== undefined,
    packageProblem: (reference) => {
      const found = packageOf(world.applications.get(applicationKey(reference.applicationId)), reference);
      return 'problem' in found ? found.problem : undefined;
    },
  };
}

/** What the references mean now, with URLs that have just been minted. */
export function packagesToInstall(
  { world, linkedStorage }: Account,
  references: readonly ApplicationPackageReference[] | undefined,
): readonly NodePackage[] {
  return (references ?? []).map((reference) => {
    const application = world.applications.get(applicationKey(reference.applicationId));
    const found = packageOf(application, reference);
    const id = application?.id ?? reference.applicationId;
    const name = [id, 'package' in found ? found.package.version : reference.version].join(' ').trim();
    if ('problem' in found || linkedStorage === undefined) {
      const problem = 'problem' in found ? found.problem : 'The account has no storage account linked to it.';
      return { name, directory: '', variables: [], problem };
    }
    const { directory, version, blob } = found.package;
    return {
      name,
      directory,
      variables: packageVariables(id, reference.version === undefined ? undefined : version),
      url: linkedStorage.packageUrl(blob),
    };
  });
}

/** A package that is on a node: whoever runs there needs nothing but its variables. */
export function installed({ name, directory, variables }: NodePackage): NodePackage {
  return { name, directory, variables };
}
