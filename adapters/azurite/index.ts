/** The door of the Azurite adapter: a blob service for this machine, as a child process. */
export type { Azurite, AzuriteOptions } from './azurite.ts';
export { startAzurite } from './azurite.ts';
