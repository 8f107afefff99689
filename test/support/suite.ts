// Opens a suite that needs something of the machine. Where it is missing, the suite becomes one skipped test that carries
// the reason, which the skip reporter prints at the end of the run; where it was required, one failed test.
import { describe, test } from 'vitest';
import { isRequired, requirement } from './requirements.ts';
import type { RequirementName } from './requirements.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the suite was skipped; read by the skip reporter. */
    skippedBecause?: string;
  }
}

/** What was found, by requirement: an executable's path, or an address. */
export type Found<Name extends RequirementName> = Readonly<Record<Name, string>>;

/** Declares the suite when all its needs are there; `await` it at the top of a test file. */
export async function describeNeeding<const Name extends RequirementName>(
  needs: readonly Name[],
  title: string,
  body: (found: Found<Name>) => void,
): Promise<void> {
  const requirements = await Promise.all(needs.map((name) => requirement(name)));
  const missing = requirements.flatMap((each) => (each.available ? [] : [each]));
  if (missing.length === 0) {
    const paths = requirements.map((each) => [each.name, each.available ? each.path : ''] as const);
    describe(title, () => body(Object.fromEntries(paths) as Found<Name>));
    return;
  }
  const reason = missing.map((each) => each.reason).join('; ');
  const needed = `needs ${needs.join(' and ')}`;
  if (missing.some((each) => isRequired(each.name))) {
    describe(title, () => {
      test(needed, () => {
        throw new Error(`BATCHRITE_REQUIRE asks for this suite, but this machine has ${reason}.`);
      });
    });
    return;
  }
  describeSkipped(title, reason, needed);
}

/** A suite that is not run for a reason other than a requirement, such as a target that lacks a feature. */
export function describeSkipped(title: string, reason: string, testName = 'is not run here'): void {
  describe(title, () => {
    test(testName, { skip: true, meta: { skippedBecause: reason } }, () => undefined);
  });
}
