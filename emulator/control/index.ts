/** The door of the control plane. */
export type { ControlPlaneOptions } from './control-plane.ts';
export { CONTROL_PREFIX, createControlPlane } from './control-plane.ts';
export { refuseStranger } from './guard.ts';
export { ProgramShelf } from './programs.ts';
export type { TimeControl } from './routes/time-routes.ts';
export { VirtualTime } from './virtual-time.ts';
