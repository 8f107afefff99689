/** The door of the terminal adapter: what a run shows and asks, for people, for pipes and for machines. */
export { describeFault } from './describe-fault.ts';
export type { JsonLine } from './json-reporter.ts';
export { createTerminal } from './terminal.ts';
export type { Terminal, TerminalOptions } from './terminal.ts';
