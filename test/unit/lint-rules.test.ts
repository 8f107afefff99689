// The repository's own lint rules, each on code that it must flag and on code that it must leave alone.
import { RuleTester } from 'oxlint/plugins-dev';
import { describe, it } from 'vitest';
import { fileHeader } from '../support/lint/file-header.ts';
import { noAmbient } from '../support/lint/no-ambient.ts';

RuleTester.describe = describe;
RuleTester.it = it;
const tester = new RuleTester({ languageOptions: { parserOptions: { lang: 'ts' } } });

tester.run('no-ambient', noAmbient, {
  valid: [
    'const at = new Date(clock.now());',
    'clock.setTimeout(wake, 5);',
    'interface Host { setTimeout(wake: () => void): void; process: string }',
    'const host = { process: 1, performance: 2 };',
    'const largest = Math.max(1, 2);',
  ],
  invalid: [
    'const at = Date.now();',
    "const at = Date['now']();",
    'const now = Date.now;',
    'const at = new Date();',
    'const at = Date();',
    'const roll = Math.random();',
    "import { randomUUID } from 'somewhere';",
    "import { randomUUID as id } from 'somewhere';",
    'const id = crypto.randomUUID();',
    'setTimeout(wake, 5);',
    'setInterval(wake, 5);',
    'setImmediate(wake);',
    'globalThis.setTimeout(wake, 5);',
    'type Timer = ReturnType<typeof setTimeout>;',
    'const started = performance.now();',
    'const home = process.env.HOME;',
  ].map((code) => ({ code, errors: 1 })),
});

tester.run('file-header', fileHeader, {
  valid: [
    '// Says what it is for.\nexport const a = 1;',
    '/** Says it too. */\nexport const a = 1;',
    '#!/usr/bin/env node\n// Runs.\n',
  ],
  invalid: [
    { code: 'export const a = 1; // late', errors: 1 },
    { code: "#!/usr/bin/env node\nimport 'x';", errors: 1 },
  ],
});
