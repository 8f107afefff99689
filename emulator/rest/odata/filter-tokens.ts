/** Splits a `$filter` into words, literals and punctuation. */

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'time'; readonly text: string }
  | { readonly kind: 'mark'; readonly text: '(' | ')' | ',' };

const TOKEN =
  /\s*(?:(?<mark>[(),])|(?<prefix>datetime(?:offset)?)?'(?<string>(?:[^']|'')*)'|(?<number>-?\d+(?:\.\d+)?)(?![\w/])|(?<word>[A-Za-z_][\w/]*))/iy;

/** Undefined when the text holds something that is no token. */
export function tokenize(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) return undefined;
    tokens.push(toToken(groups));
  }
  return tokens;
}

function toToken(groups: Readonly<Record<string, string | undefined>>): Token {
  const { mark, prefix, string, number, word = '' } = groups;
  if (mark !== undefined) return { kind: 'mark', text: mark as '(' | ')' | ',' };
  if (number !== undefined) return { kind: 'number', value: Number(number) };
  if (string === undefined) return { kind: 'word', text: word };
  const unescaped = string.replaceAll("''", "'");
  return { kind: prefix === undefined ? 'string' : 'time', text: unescaped };
}
