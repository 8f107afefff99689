/** Settings as a caller sends them: a few, by their names, each checked; durations in milliseconds or as text. */
import { parseDuration } from '../../../core/kernel/index.ts';
import {
  type EngineSettings,
  NODE_STARTUP_WORDS,
  type OpenQuestions,
  type Quotas,
  nodeDurations,
} from '../../engine/index.ts';

export type SettingsChange =
  | { readonly ok: true; readonly change: Partial<EngineSettings> }
  | { readonly ok: false; readonly problem: string };

type Check = (value: unknown) => { readonly value: unknown } | { readonly problem: string };

/** Members that nobody changes while the emulator runs are not here: the account's URL, and looseness. */
const CHECKS: Readonly<Record<Exclude<keyof EngineSettings, 'accountUrl' | 'loose'>, Check>> = {
  allocationMs: milliseconds,
  nodeCreationMs: milliseconds,
  nodeStartupMs: milliseconds,
  nodeRebootMs: milliseconds,
  nodeReimageMs: milliseconds,
  nodeLeavingMs: milliseconds,
  stopResizeMs: milliseconds,
  poolDeletionMs: milliseconds,
  jobDisablingMs: milliseconds,
  jobEnablingMs: milliseconds,
  jobTerminatingMs: milliseconds,
  jobDeletingMs: milliseconds,
  spotReturnMs: milliseconds,
  lostContactMs: milliseconds,
  taskPreemption: flag,
  quotas: (value) =>
    group(value, {
      dedicatedCores: number,
      lowPriorityCores: number,
      pools: number,
      activeJobsAndSchedules: number,
    } satisfies Record<keyof Quotas, Check>),
  openQuestions: (value) =>
    group(value, {
      rebootRaisesRequeueCount: flag,
      preemptionRaisesRequeueCount: flag,
      wallClockPerAttempt: flag,
      wallClockFailureCode: text,
      unknownParentsAccepted: flag,
      defaultTerminateReason: text,
      uploadsEveryAttempt: flag,
      uploadsAfterTermination: flag,
      deletedParentSatisfies: flag,
      autoScaledResizeCode: oneOf('OperationInvalidForCurrentState', 'OperationNotValidOnPool'),
      fixedEvaluateCode: oneOf('OperationInvalidForCurrentState', 'OperationNotValidOnPool'),
      signalExitCode: oneOf('128+n', 'n'),
      commandLineWords: oneOf('posix', 'blanks'),
    } satisfies Record<keyof OpenQuestions, Check>),
};

/** `nodeStartup` sets all durations of nodes by one word; members beside it win. Groups are merged with what they are now. */
export function settingsChange(body: unknown, now: EngineSettings): SettingsChange {
  if (!isRecord(body)) return { ok: false, problem: 'The body must be a JSON object of settings.' };
  const { nodeStartup, ...members } = body;
  const durations = durationsBy(nodeStartup);
  if (durations === undefined) {
    return { ok: false, problem: `nodeStartup is ${JSON.stringify(nodeStartup)}; it must be ${NODE_STARTUP_WORDS}.` };
  }
  const change: Record<string, unknown> = { ...durations };
  for (const [name, given] of Object.entries(members)) {
    const check = isName(name) ? CHECKS[name] : undefined;
    if (check === undefined) {
      const known = ['nodeStartup', ...Object.keys(CHECKS)].join(', ');
      return { ok: false, problem: `There is no setting "${name}"; there is ${known}.` };
    }
    const checked = check(given);
    if ('problem' in checked) return { ok: false, problem: `${name} ${checked.problem}` };
    const current: unknown = isName(name) ? now[name] : undefined;
    change[name] = isRecord(checked.value) && isRecord(current) ? { ...current, ...checked.value } : checked.value;
  }
  return { ok: true, change };
}

function durationsBy(word: unknown): Partial<EngineSettings> | undefined {
  if (word === undefined) return {};
  return typeof word === 'string' ? nodeDurations(word) : undefined;
}

/** What is shown: what can be changed. */
export function shownSettings(settings: EngineSettings): Readonly<Record<string, unknown>> {
  const names = Object.keys(CHECKS).filter(isName);
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

function isName(name: string): name is keyof typeof CHECKS {
  return Object.hasOwn(CHECKS, name);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function milliseconds(value: unknown): ReturnType<Check> {
  const duration = typeof value === 'string' ? parseDuration(value) : value;
  if (typeof duration === 'number' && Number.isFinite(duration) && duration >= 0) return { value: duration };
  return { problem: `is ${JSON.stringify(value)}; it must be a number of milliseconds, or a duration such as "90s".` };
}

function number(value: unknown): ReturnType<Check> {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return { value };
  return { problem: `is ${JSON.stringify(value)}; it must be a whole number from 0 on.` };
}

function flag(value: unknown): ReturnType<Check> {
  return typeof value === 'boolean' ? { value } : { problem: `is ${JSON.stringify(value)}; it must be true or false.` };
}

function text(value: unknown): ReturnType<Check> {
  if (typeof value === 'string' && value !== '' && value.length <= 200) return { value };
  return { problem: `is ${JSON.stringify(value)}; it must be a text.` };
}

function oneOf(...words: readonly string[]): Check {
  return (value) =>
    typeof value === 'string' && words.includes(value)
      ? { value }
      : { problem: `is ${JSON.stringify(value)}; it must be ${words.map((word) => `"${word}"`).join(' or ')}.` };
}

function group(value: unknown, checks: Readonly<Record<string, Check>>): ReturnType<Check> {
  if (!isRecord(value)) return { problem: `is ${JSON.stringify(value)}; it must be an object.` };
  for (const [name, given] of Object.entries(value)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) return { problem: `has no member "${name}"; it has ${Object.keys(checks).join(', ')}.` };
    const checked = check(given);
    if ('problem' in checked) return { problem: `has a member ${name} that ${checked.problem}` };
  }
  return { value };
}
