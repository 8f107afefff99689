// Asks every file for an opening comment on its role (style, Shape): the first thing a reader meets is what the file is
// for, before any import.
import type { Rule } from './rule.ts';

export const fileHeader: Rule = {
  meta: { type: 'suggestion', docs: { description: 'Require an opening comment on the role of the file' } },
  create(context) {
    return {
      Program() {
        const text = context.sourceCode.text.replace(/^#!.*\n/, '').trimStart();
        if (text === '' || text.startsWith('//') || text.startsWith('/*')) return;
        context.report({
          loc: { start: { line: 1, column: 0 }, end: { line: 1, column: 1 } },
          message: 'Open the file with one to three sentences on its role, before the first import.',
        });
      },
    };
  },
};
