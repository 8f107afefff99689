// `npm run coverage`: writes docs/coverage.md and docs/behaviour.md anew.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { behaviourPage } from '../behaviour/page.ts';
import { coveragePage } from './page.ts';

const docs = join(import.meta.dirname, '../../../docs');
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, 'coverage.md'), coveragePage());
writeFileSync(join(docs, 'behaviour.md'), behaviourPage());
console.log('docs/coverage.md and docs/behaviour.md are up to date.');
