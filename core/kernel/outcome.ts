/** A value or an expected refusal. Refusals are data, bugs are thrown. */
export type Outcome<T, F> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: F };

export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function refusal<F>(fault: F): { readonly ok: false; readonly fault: F } {
  return { ok: false, fault };
}
