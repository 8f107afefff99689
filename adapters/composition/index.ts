/** The door of the composition: a local cloud, and targets for scenarios. */
export { type ContainerOptions, RUNTIME_CHOICES, type RuntimeChoice } from './choose-runtime.ts';
export { type LocalCloud, type LocalCloudOptions, startLocalCloud } from './local-cloud.ts';
export { type RunTarget, type RunTargetOptions, type Target, openTarget } from './run-target.ts';
