/** The door to settings from the environment. */
export type { CloudAccounts, Environment } from './environment.ts';
export { cloudAccounts } from './environment.ts';
