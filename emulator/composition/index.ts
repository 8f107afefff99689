/** The door through which a whole emulator is started. */
export { parseAccounts } from './account-list.ts';
export type { Account } from './development-account.ts';
export { DEVELOPMENT_ACCOUNT } from './development-account.ts';
export type { Emulator, EmulatorOptions } from './emulator.ts';
export { startEmulator } from './emulator.ts';
