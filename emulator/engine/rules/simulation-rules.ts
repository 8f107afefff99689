/** Refuses what a request asks for and the emulator does not simulate, by name, unless the account is loose. */
import { engineFault } from '../fault.ts';
import type { JobSpecification } from '../resources/job.ts';
import type { PoolPatch, PoolSpecification } from '../resources/pool.ts';
import type { TaskAdd } from '../resources/task.ts';
import type { EngineSettings } from '../settings.ts';
import { type Check, firstOf } from './checks.ts';
import { type UnsimulatedMember, unsimulatedMembers } from './unsimulated-members.ts';

type Looseness = Pick<EngineSettings, 'loose'>;

export function checkPoolIsSimulated(pool: PoolSpecification | PoolPatch, settings: Looseness): Check {
  return checkMembers(pool, { members: unsimulatedMembers.pool, within: '', settings });
}

/** The pool that the job brings along is looked at, too. */
export function checkJobIsSimulated(job: Partial<JobSpecification>, settings: Looseness): Check {
  const pool = job.poolInfo?.autoPoolSpecification?.pool;
  return firstOf(
    () => checkMembers(job, { members: unsimulatedMembers.job, within: '', settings }),
    () =>
      pool === undefined
        ? undefined
        : checkMembers(pool, {
            members: unsimulatedMembers.pool,
            within: 'poolInfo.autoPoolSpecification.pool.',
            settings,
          }),
  );
}

export function checkTaskIsSimulated(task: TaskAdd, settings: Looseness): Check {
  return checkMembers(task, { members: unsimulatedMembers.task, within: '', settings });
}

interface Search {
  readonly members: readonly UnsimulatedMember[];
  /** What comes before the members' names. */
  readonly within: string;
  readonly settings: Looseness;
}

function checkMembers(resource: object, { members, within, settings }: Search): Check {
  if (settings.loose) return undefined;
  for (const { member, answer, reason, asksFor = () => true } of members) {
    if (answer === 'stored' || !valuesAt(resource, member.split('.')).some(asksFor)) continue;
    return engineFault('UnsupportedProperty', {
      PropertyName: `${within}${member}`,
      Reason: `Not simulated by the emulator. ${reason} A loose emulator stores it without effect.`,
    });
  }
  return undefined;
}

/** All values at a path, through lists; an empty list asks for nothing. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) {
    const path = name === undefined ? [] : [name, ...rest];
    return (value as readonly unknown[]).flatMap((item) => valuesAt(item, path));
  }
  if (value === undefined || value === null) return [];
  if (name === undefined) return [value];
  return typeof value === 'object' ? valuesAt((value as Readonly<Record<string, unknown>>)[name], rest) : [];
}
