/** The door of the kernel: time, randomness, outcomes and faults, used by core and by the emulator's engine. */
export type { Clock, Instant, Milliseconds, Timer } from './clock.ts';
export { sleep } from './clock.ts';
export { Gate } from './gate.ts';
export { MinHeap } from './min-heap.ts';
export { VIRTUAL_EPOCH, VirtualClock } from './virtual-clock.ts';
export type { Random, RandomStream } from './random.ts';
export { guid, seededRandom } from './random.ts';
export {
  describeDuration,
  duration,
  formatIsoDuration,
  parseDuration,
  parseIsoDuration,
  shortDuration,
  UNLIMITED,
} from './duration.ts';
export type { Outcome } from './outcome.ts';
export { refusal, success } from './outcome.ts';
export type { Fault, FaultCode, FaultDetail } from './fault.ts';
export { FaultError, isFault } from './fault.ts';
