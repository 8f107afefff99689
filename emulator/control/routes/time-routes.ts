/** Time, reset and seed over HTTP: what tests in other languages than ours use between two of their steps. */
import { type Instant, type Milliseconds, parseDuration } from '../../../core/kernel/index.ts';
import type { ControlAnswer, ControlRoute } from '../route.ts';

export interface TimeControl {
  readonly kind: 'real' | 'virtual';
  now(): Instant;
  /** On a virtual clock only. */
  advanceTo(instant: Instant): Promise<void>;
  /** Until nothing is under way; false when that takes longer than `within`. */
  settle(within?: Milliseconds): Promise<boolean>;
  /** Everything as after the start; a virtual clock, too. Without a seed the one that it was started with. */
  reset(seed?: string): Promise<void>;
  /** Draws ids from this seed from now on; false when there are resources whose ids it could repeat. */
  seed(seed: string): Promise<boolean>;
}

const REAL_CLOCK =
  'This emulator runs on the real clock, which nobody can move: start it with --clock virtual --runtime simulated.';
const NOT_EMPTY =
  'The accounts hold pools or jobs, whose ids a new seed could repeat: reset the emulator instead, with {"seed": …}.';
const CLOCK_BODY =
  'Give one of {"now": an ISO 8601 time}, {"advance": a duration such as "PT1H" or "90s"} and {"settle": true}, the last also with {"within": a duration}.';

export function timeRoutes(time: TimeControl): readonly ControlRoute[] {
  return [
    { method: 'GET', path: 'clock', handle: async () => clockAnswer(time) },
    { method: 'POST', path: 'clock', handle: ({ body }) => moveClock(time, body) },
    { method: 'POST', path: 'reset', handle: ({ body }) => reset(time, body) },
    { method: 'POST', path: 'seed', handle: ({ body }) => seed(time, body) },
  ];
}

function clockAnswer(time: TimeControl, more: Readonly<Record<string, unknown>> = {}): ControlAnswer {
  return { status: 200, body: { clock: time.kind, now: new Date(time.now()).toISOString(), ...more } };
}

async function moveClock(time: TimeControl, body: unknown): Promise<ControlAnswer> {
  const { now, advance, settle, within, ...unknown } = membersOf(body);
  const given = [now, advance, settle].filter((member) => member !== undefined);
  if (given.length !== 1 || Object.keys(unknown).length > 0 || (within !== undefined && settle === undefined)) {
    return refusalAnswer(400, CLOCK_BODY);
  }
  if (settle !== undefined) return settleClock(time, settle, within);
  if (time.kind === 'real') return refusalAnswer(409, REAL_CLOCK);
  if (now !== undefined) return setClock(time, now);
  const duration = durationOf(advance);
  if (duration === undefined) return refusalAnswer(400, `${JSON.stringify(advance)} is no duration. ${CLOCK_BODY}`);
  await time.advanceTo(time.now() + duration);
  return clockAnswer(time);
}

async function setClock(time: TimeControl, now: unknown): Promise<ControlAnswer> {
  const instant = typeof now === 'string' ? Date.parse(now) : Number.NaN;
  if (Number.isNaN(instant)) return refusalAnswer(400, `${JSON.stringify(now)} is no time. ${CLOCK_BODY}`);
  if (instant < time.now()) {
    const current = new Date(time.now()).toISOString();
    return refusalAnswer(409, `The clock stands at ${current} and does not go back to ${String(now)}: reset it.`);
  }
  await time.advanceTo(instant);
  return clockAnswer(time);
}

async function settleClock(time: TimeControl, settle: unknown, within: unknown): Promise<ControlAnswer> {
  const limit = within === undefined ? undefined : durationOf(within);
  if (settle !== true || (within !== undefined && limit === undefined)) return refusalAnswer(400, CLOCK_BODY);
  const settled = await time.settle(limit);
  return clockAnswer(time, { settled });
}

async function reset(time: TimeControl, body: unknown): Promise<ControlAnswer> {
  const { seed: newSeed, ...unknown } = membersOf(body);
  if (Object.keys(unknown).length > 0 || (newSeed !== undefined && !isSeed(newSeed))) {
    return refusalAnswer(400, 'Give nothing, or {"seed": a text}.');
  }
  await time.reset(newSeed);
  return clockAnswer(time);
}

async function seed(time: TimeControl, body: unknown): Promise<ControlAnswer> {
  const { seed: newSeed, ...unknown } = membersOf(body);
  if (Object.keys(unknown).length > 0 || !isSeed(newSeed)) return refusalAnswer(400, 'Give {"seed": a text}.');
  return (await time.seed(newSeed)) ? clockAnswer(time, { seed: newSeed }) : refusalAnswer(409, NOT_EMPTY);
}

function refusalAnswer(status: number, error: string): ControlAnswer {
  return { status, body: { error } };
}

function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : { '?': body };
}

function isSeed(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 200;
}

function durationOf(value: unknown): Milliseconds | undefined {
  const duration = typeof value === 'string' ? parseDuration(value) : undefined;
  return duration === undefined || duration < 0 ? undefined : duration;
}
