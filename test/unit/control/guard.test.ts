// The control plane asks for no key, so a page in a browser must not reach it: by no name and from no site.
import { describe, expect, it, test } from 'vitest';
import { refuseStranger } from '../../../emulator/control/index.ts';

describe('the control plane', () => {
  test.each(['127.0.0.1', '127.0.0.1:10100', '127.8.9.1:80', 'localhost', 'LOCALHOST:10100', '[::1]', '[::1]:10100'])(
    'answers under %s',
    (host) => {
      expect(refuseStranger({ host })).toBeUndefined();
    },
  );

  test.each([
    'attacker.example',
    'attacker.example:10100',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example',
    'localhost:evil',
    '10.0.0.4:10100',
    '0.0.0.0:10100',
    '',
  ])('does not answer under "%s", which a stranger could point at this machine', (host) => {
    expect(refuseStranger({ host })).toContain('http://127.0.0.1');
  });

  it('does not answer without a Host header', () => {
    expect(refuseStranger({})).toContain('loopback');
  });

  it('takes pages that it has served itself', () => {
    const host = '127.0.0.1:10100';
    expect(refuseStranger({ host, origin: 'http://127.0.0.1:10100' })).toBeUndefined();
    expect(refuseStranger({ host, 'sec-fetch-site': 'same-origin' })).toBeUndefined();
    expect(refuseStranger({ host, 'sec-fetch-site': 'none' })).toBeUndefined();
  });

  test.each([
    'https://attacker.example',
    'http://127.0.0.1:3000',
    'http://localhost:10100',
    'null',
    'http://127.0.0.1:10100.attacker.example',
    'file://127.0.0.1:10100',
  ])('refuses a request of a page from %s', (origin) => {
    expect(refuseStranger({ host: '127.0.0.1:10100', origin })).toContain(`Origin "${origin}"`);
  });

  test.each(['cross-site', 'same-site'])('refuses what a browser marks as %s', (site) => {
    expect(refuseStranger({ host: '127.0.0.1:10100', 'sec-fetch-site': site })).toContain(`Sec-Fetch-Site "${site}"`);
  });
});
