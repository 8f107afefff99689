/** The words of a command line, as the node agent makes them, with what a person expects a shell to see in them. */

export interface Word {
  /** What the program gets. */
  readonly text: string;
  /** What stands there without any quotes or backslashes: where a shell would see operators and patterns. */
  readonly bare: string;
  /** What a shell would expand: everything but single quotes and escaped letters. */
  readonly open: string;
  readonly isQuoted: boolean;
}

interface Building {
  text: string;
  bare: string;
  open: string;
  isQuoted: boolean;
}

/** Splits by POSIX quoting (batch-semantics 10.3). A quote that is never closed ends with the line. */
export function wordsOf(line: string): readonly Word[] {
  const words: Word[] = [];
  let word: Building | undefined;
  let quote = '';
  const current = (): Building => (word ??= { text: '', bare: '', open: '', isQuoted: false });
  for (let index = 0; index < line.length; index += 1) {
    const letter = line.charAt(index);
    if (quote !== '' && letter === quote) {
      quote = '';
    } else if (quote === "'") {
      current().text += letter;
    } else if (letter === '\\' && (quote === '' || '$`"\\'.includes(line.charAt(index + 1)))) {
      index += 1;
      current().text += line.charAt(index);
    } else if (quote === '"') {
      current().text += letter;
      current().open += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      current().isQuoted = true;
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const target = current();
      target.text += letter;
      target.bare += letter;
      target.open += letter;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
