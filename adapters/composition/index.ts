/** The door of the composition: a local cloud, and targets for scenarios. */
export { type Accounts, existingAccess, openAccounts } from './accounts.ts';
export { type ContainerOptions, type RuntimeChoice, chooseRuntime } from './choose-runtime.ts';
export { type LocalService, type LocalServiceOptions, startLocalService } from './local-service.ts';
export { type LocalCloud, type LocalCloudOptions, startLocalCloud } from './local-cloud.ts';
export { type RunTarget, type RunTargetOptions, openTarget } from './run-target.ts';
