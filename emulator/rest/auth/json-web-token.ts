/** The parts of a JSON Web Token (RFC 7519), as far as bearer credentials need them. */

export type Claims = Readonly<Record<string, unknown>>;

export interface JsonWebToken {
  readonly claims: Claims;
  /** What the signature covers. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** Undefined for anything that is no token; the signature is not looked at. */
export function parseToken(text: string): JsonWebToken | undefined {
  const parts = text.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || parseObject(header) === undefined) return undefined;
  const claims = parseObject(payload);
  if (claims === undefined) return undefined;
  return { claims, signed: `${header}.${payload}`, signature: Buffer.from(signature, 'base64url') };
}

/** `{header}.{payload}`, ready to be signed. */
export function unsignedToken(header: Claims, claims: Claims): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

function parseObject(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
