/** The codes of refusals, with their HTTP status: batch-semantics 3.9. */
import type { Section } from '../rule.ts';

export const errorCodeSections: readonly Section[] = [{ number: '3.9', title: 'Error codes', rules: [] }];
