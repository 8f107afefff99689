/** What a task finds on its node: batch-semantics 10. */
import { notSimulated } from '../rule.ts';
import type { Section } from '../rule.ts';

export const nodeSections: readonly Section[] = [
  { number: '10.1', title: 'Directories', rules: [] },
  { number: '10.2', title: 'Environment', rules: [] },
  { number: '10.3', title: 'Command line', rules: [] },
  { number: '10.4', title: 'Users', rules: [] },
  { number: '10.5', title: 'Container tasks', rules: [] },
  {
    number: '10.6',
    title: 'Mounts',
    rules: [
      notSimulated(
        'A pool may mount up to 10 file shares, containers and NFS exports on its nodes, below fsmounts.',
        'A mount needs rights over the machine that nodes do not get here, and tools that their images do not have; mountConfiguration is refused by name.',
      ),
    ],
  },
];
