/**
 * The tokens that tasks get for their own job (wire-facts 1.6, 6): signed by the emulator, so that a request tells by
 * itself which job it may touch. How the service makes its own is not known; to clients they are opaque.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TaskTokenSubject, TaskTokens } from '../../engine/index.ts';
import { parseToken, unsignedToken } from './json-web-token.ts';

export interface TaskTokenAuthority extends TaskTokens {
  /** What the token was made for; undefined when it is not one of these, or was tampered with. */
  read(token: string): TaskTokenSubject | undefined;
}

const AUDIENCE = 'https://batch.core.windows.net/';

/** Who knows the secret can make tokens. */
export function createTaskTokens(secret: string): TaskTokenAuthority {
  // A key of its own: the secret may serve other ends, too.
  const key = createHmac('sha256', secret).update('task authentication tokens').digest();
  const sign = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    mint: (subject) => {
      const text = unsignedToken({ alg: 'HS256', typ: 'JWT' }, { iss: 'batchrite', aud: AUDIENCE, ...subject });
      return `${text}.${sign(text).toString('base64url')}`;
    },
    read: (text) => {
      const token = parseToken(text);
      if (token === undefined) return undefined;
      const expected = sign(token.signed);
      if (token.signature.length !== expected.length || !timingSafeEqual(token.signature, expected)) return undefined;
      // Signed by `mint`, so its claims are a subject.
      return token.claims as unknown as TaskTokenSubject;
    },
  };
}
