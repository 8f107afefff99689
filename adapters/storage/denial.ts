/** What somebody can do whom storage has refused: the service's own words never say it. */
import type { StorageAccount } from './account.ts';

/** A sentence; undefined where nothing better is known than what the service said. */
export function remedyFor(serviceCode: string, { name, credential }: StorageAccount): string | undefined {
  switch (serviceCode) {
    case 'KeyBasedAuthenticationNotPermitted':
      return `Account ${name} allows no keys; sign in with --auth entra.`;
    case 'AuthorizationPermissionMismatch':
      return credential.kind === 'token'
        ? `Give the identity that is signed in the role Storage Blob Data Contributor on account ${name}; a new role takes some minutes to count.`
        : undefined;
    case 'AuthorizationFailure':
      return `Check that the firewall of account ${name} lets this network in.`;
    case 'AuthenticationFailed':
    case 'InvalidAuthenticationInfo':
    case 'NoAuthenticationInformation':
      return credential.kind === 'token'
        ? "Check that the identity that is signed in belongs to the account's tenant; AZURE_TENANT_ID names another."
        : `Check that the key is a current one of account ${name}, and that this machine's clock is right.`;
    default:
      return undefined;
  }
}
