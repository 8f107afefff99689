/** The door of the control plane. */
export type { ControlPlaneOptions } from './control-plane.ts';
export { ApplicationLibrary, type PackageAddition } from './applications/application-library.ts';
export type { PackageStore } from './applications/package-store.ts';
export { sentenceOf } from './route.ts';
export { CONTROL_PREFIX, createControlPlane } from './control-plane.ts';
export { refuseStranger } from './guard.ts';
export { ProgramShelf } from './programs.ts';
export type { TimeControl } from './routes/time-routes.ts';
export { VirtualTime } from './virtual-time.ts';
