// The machine's own time as a Clock, for tests of adapters that talk to something real.
export { systemClock as realClock } from '../../adapters/system/index.ts';
