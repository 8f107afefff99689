/**
 * Checks a bearer token as Azurite's `--oauth basic` does (wire-facts 1.6): issuer, audience, not-before and expiry, and
 * not the signature, whose keys only Microsoft Entra has. It tells a right token from a wrong one, and keeps nobody out.
 */
import type { Clock, Milliseconds } from '../../../core/kernel/index.ts';
import type { Claims } from './json-web-token.ts';

/** Microsoft Entra in all of its clouds; the tenant follows. */
const ISSUERS = [
  'https://sts.windows.net/',
  'https://login.microsoftonline.com/',
  'https://sts.microsoftonline.de/',
  'https://sts.chinacloudapi.cn/',
  'https://sts.windows-ppe.net',
];
const AUDIENCES = new Set(['https://batch.core.windows.net', 'https://batch.core.windows.net/']);
/** How far clocks may differ: what validators of these tokens allow by custom. */
const MAX_SKEW: Milliseconds = 5 * 60 * 1000;

/** What is wrong with the token, in a sentence that shows nothing of it but the claim in question. Without a clock its times are not checked. */
export function problemOf(claims: Claims, clock: Clock | undefined): string | undefined {
  const { iss, aud, nbf, exp } = claims;
  if (typeof iss !== 'string' || !ISSUERS.some((issuer) => iss.startsWith(issuer))) {
    return `The issuer ${shown(iss)} of the token is not Microsoft Entra.`;
  }
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.some((audience) => typeof audience === 'string' && AUDIENCES.has(audience))) {
    return `The audience ${shown(aud)} of the token is not https://batch.core.windows.net/.`;
  }
  if (typeof nbf !== 'number' || typeof exp !== 'number')
    return 'The token does not say from when (nbf) and until when (exp) it is valid.';
  if (clock === undefined) return undefined;
  const now = clock.now();
  if (nbf * 1000 > now + MAX_SKEW) return `The token is not valid before ${date(nbf)}.`;
  if (exp * 1000 <= now - MAX_SKEW) return `The token expired at ${date(exp)}.`;
  return undefined;
}

function shown(claim: unknown): string {
  return JSON.stringify(claim)?.slice(0, 100) ?? '(none)';
}

function date(seconds: number): string {
  const instant = new Date(seconds * 1000);
  return Number.isNaN(instant.getTime()) ? String(seconds) : instant.toISOString();
}
