/** Where an operation does less than the service, as data for the coverage page: it is simulated, with these limits. */
import type { OperationId } from '../operations/operation-id.ts';

const NO_CLOUD_SERVICES =
  'Answers as the service does for pools of virtual machines, which are all there are: refused.';
const NO_METERING = 'Nothing is metered: the figures are zero.';
const NO_EXTENSIONS = 'Nodes run no extensions: the list is empty.';
const USERS_ARE_KEPT = 'The user is kept with the node; nobody can log in as it.';
const NO_EVALUATION = 'Settings are checked and kept; the formula language is not evaluated yet.';

export const operationNotes: Readonly<Partial<Record<OperationId, string>>> = {
  Certificate_Add: 'Certificates are kept and shown; nodes do not get them.',
  ComputeNode_AddUser: USERS_ARE_KEPT,
  ComputeNode_UpdateUser: USERS_ARE_KEPT,
  ComputeNode_GetRemoteDesktop: NO_CLOUD_SERVICES,
  ComputeNode_GetRemoteLoginSettings: "Tells the node's own address; no load balancer stands before it.",
  ComputeNode_Reimage: 'Refused on virtual machines before 2024-07-01.20.0, as the service does.',
  ComputeNodeExtension_List: NO_EXTENSIONS,
  ComputeNodeExtension_Get: NO_EXTENSIONS,
  Job_GetAllLifetimeStatistics: NO_METERING,
  Pool_GetAllLifetimeStatistics: NO_METERING,
  Pool_ListUsageMetrics: 'Nothing is metered: the list is empty, as it mostly is in the service.',
  Pool_EnableAutoScale: NO_EVALUATION,
};

/** Operations whose handler exists and whose result the engine declares not to have; it answers with the reason. */
export const refusedByEngine: Readonly<Partial<Record<OperationId, string>>> = {
  Pool_EvaluateAutoScale: 'The formula language is not evaluated yet; what surrounds it, such as states, is.',
};
