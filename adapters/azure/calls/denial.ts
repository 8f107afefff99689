/** What somebody can do whom the service has refused: the service's own sentence never says it. */
import { FaultError } from '../../../core/kernel/index.ts';
import type { AzureBatchCredentials } from '../connection/credentials.ts';

/** Codes for "I do not know you" and "you may not"; `Http401` and `Http403` where there was no body. */
const UNKNOWN: ReadonlySet<string> = new Set(['AuthenticationFailed', 'InvalidAuthenticationInfo', 'Http401']);
const FORBIDDEN: ReadonlySet<string> = new Set([
  'AuthorizationFailed',
  'AuthorizationFailure',
  'AuthorizationPermissionMismatch',
  'PermissionDenied',
  'InsufficientPermissions',
  'Http403',
]);

/** The same fault with the remedy as its last sentence, where there is one. */
export function withRemedy(error: FaultError, credentials: AzureBatchCredentials): FaultError {
  const { fault } = error;
  const code = fault.service?.code ?? '';
  const remedy = fault.code === 'denied' ? remedyOf(code, credentials) : undefined;
  if (remedy === undefined || fault.message.endsWith(remedy)) return error;
  const message = `${fault.message.replace(/\s*$/, '')} ${remedy}`;
  return new FaultError({ ...fault, message });
}

function remedyOf(code: string, credentials: AzureBatchCredentials): string | undefined {
  if (credentials.kind === 'sharedKey') {
    if (!UNKNOWN.has(code) && !FORBIDDEN.has(code)) return undefined;
    return `Check that AZURE_BATCH_ACCESS_KEY is a current key of account "${credentials.account}", that the account allows shared keys, and that this machine's clock is right.`;
  }
  if (UNKNOWN.has(code)) {
    return "Check that the identity that is signed in belongs to the account's tenant; AZURE_TENANT_ID names another.";
  }
  if (!FORBIDDEN.has(code)) return undefined;
  return 'Give the identity that is signed in a role on the Batch account, such as Azure Batch Data Contributor.';
}
