// `npm run coverage`: writes docs/coverage.md anew.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coveragePage } from './page.ts';

const docs = join(import.meta.dirname, '../../../docs');
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, 'coverage.md'), coveragePage());
console.log('docs/coverage.md is up to date.');
