/** The door of the control plane. */
export type { ControlPlaneOptions } from './control-plane.ts';
export { CONTROL_PREFIX, createControlPlane } from './control-plane.ts';
export { ProgramShelf } from './programs.ts';
