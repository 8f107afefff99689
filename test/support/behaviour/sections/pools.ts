/** Pools and their nodes: batch-semantics 11. */
import type { Section } from '../rule.ts';

export const poolSections: readonly Section[] = [
  { number: '11.1', title: 'Pool life', rules: [] },
  { number: '11.2', title: 'Resize', rules: [] },
  { number: '11.3', title: 'Shrinking and removing', rules: [] },
  { number: '11.4', title: 'What happens to tasks', rules: [] },
  { number: '11.5', title: 'Node operations', rules: [] },
  { number: '11.6', title: 'Node states', rules: [] },
  { number: '11.7', title: 'Spot nodes', rules: [] },
  { number: '11.8', title: 'Images and node agent SKUs', rules: [] },
];
