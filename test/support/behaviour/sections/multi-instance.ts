/** Tasks that take several nodes: batch-semantics 7. */
import type { Section } from '../rule.ts';

export const multiInstanceSections: readonly Section[] = [{ number: '7', title: 'Multi-instance tasks', rules: [] }];
