// Accounts in the environment: what is read, and the one sentence about what cannot be.
import { describe, expect, test } from 'vitest';
import { parseAccounts } from '../../../emulator/composition/index.ts';

const key = Buffer.from('a key').toString('base64');
const key2 = Buffer.from('another').toString('base64');

describe('a list of accounts', () => {
  test('has a name and one or two keys an account', () => {
    expect(parseAccounts(`one:${key};two:${key}:${key2}`, 'X')).toEqual([
      { name: 'one', key },
      { name: 'two', key, key2 },
    ]);
  });

  test('may have spaces around its accounts and a semicolon at its end', () => {
    expect(parseAccounts(` one:${key} ; two:${key};`, 'X').map(({ name }) => name)).toEqual(['one', 'two']);
  });

  test.each([
    [';', 'X names no account: write name:key, and more of them after semicolons.'],
    [`one:${key};one:${key2}`, 'X names the account one twice: keep one of them.'],
    [`One:${key}`, 'X, account 1: the name "One" must be 3 to 24 lower-case letters and digits.'],
    [`one:${key};no:${key}`, 'X, account 2: the name "no" must be 3 to 24 lower-case letters and digits.'],
    ['one', 'X, account 1: one has no key: write one:key.'],
    ['one:', 'X, account 1: one has no key: write one:key.'],
    [`one:${key}:${key2}:${key}`, 'X, account 1: one has more than two keys: an account has one or two.'],
    ['one:not base64', 'X, account 1: a key of one is not Base64: write it as the portal shows it.'],
    [`one:${key}:`, 'X, account 1: a key of one is not Base64: write it as the portal shows it.'],
    ['one:YQ', 'X, account 1: a key of one is not Base64: write it as the portal shows it.'],
  ])('%s is refused', (text, sentence) => {
    expect(() => parseAccounts(text, 'X')).toThrow(sentence);
  });

  test('never has a key in a refusal', () => {
    const secret = 'c2VjcmV0IHRleHQ=';
    for (const text of [`one:${secret}:${secret}:x`, `one:${secret}!`, `one:${secret};one:${secret}`]) {
      expect(() => parseAccounts(text, 'X')).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('c2Vj') }),
      );
    }
  });
});
