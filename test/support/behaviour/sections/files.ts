/** Resource files, application packages and output files: batch-semantics 9. */
import type { Section } from '../rule.ts';

export const fileSections: readonly Section[] = [
  { number: '9.1', title: 'Resource files', rules: [] },
  { number: '9.2', title: 'Application packages', rules: [] },
  { number: '9.3', title: 'Output files', rules: [] },
];
