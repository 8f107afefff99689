// The lint rules of this repository that no ready-made linter has: purity of the layers that must replay exactly, and
// the sentence on its role that opens every file. `.oxlintrc.json` says where each applies.
import { fileHeader } from './file-header.ts';
import { noAmbient } from './no-ambient.ts';

export default {
  meta: { name: 'batchrite' },
  rules: { 'no-ambient': noAmbient, 'file-header': fileHeader },
};
