/** Tasks that wait for others: batch-semantics 4. */
import type { Section } from '../rule.ts';

export const dependencySections: readonly Section[] = [{ number: '4', title: 'Task dependencies', rules: [] }];
