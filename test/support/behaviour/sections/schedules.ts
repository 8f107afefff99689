/** Job schedules: batch-semantics 8. */
import type { Section } from '../rule.ts';

export const scheduleSections: readonly Section[] = [{ number: '8', title: 'Job schedules', rules: [] }];
