/** The start task of a node: batch-semantics 6. */
import type { Section } from '../rule.ts';

export const startTaskSections: readonly Section[] = [{ number: '6', title: 'Start task', rules: [] }];
