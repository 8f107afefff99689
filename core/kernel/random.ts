/**
 * Randomness as a port: named streams derived from one seed. A stream is not disturbed by how often
 * another one is read, so a new consumer does not change the old ones' numbers.
 */

export interface RandomStream {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, bound). */
  integer(bound: number): number;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
}

export interface Random {
  readonly seed: string;
  stream(name: string): RandomStream;
}

/** Streams of the xoshiro128** generator, seeded from `seed` and the stream's name. */
export function seededRandom(seed: string): Random {
  const streams = new Map<string, RandomStream>();
  return {
    seed,
    stream: (name) => {
      let stream = streams.get(name);
      if (stream === undefined) {
        stream = createStream(`${seed}\n${name}`);
        streams.set(name, stream);
      }
      return stream;
    },
  };
}

/** A GUID in the form of RFC 4122 version 4, drawn from the stream. */
export function guid(stream: RandomStream): string {
  const variant = '89ab'.charAt(stream.integer(4));
  return `${stream.hex(8)}-${stream.hex(4)}-4${stream.hex(3)}-${variant}${stream.hex(3)}-${stream.hex(12)}`;
}

function createStream(text: string): RandomStream {
  const state = seedState(text);
  const nextWord = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    const c1 = c ^ a;
    const d1 = d ^ b;
    state[1] = b ^ c1;
    state[0] = a ^ d1;
    state[2] = c1 ^ shifted;
    state[3] = rotateLeft(d1, 11);
    return result;
  };
  return {
    next: () => nextWord() / 0x1_0000_0000,
    integer: (bound) => Math.floor((nextWord() / 0x1_0000_0000) * bound),
    hex: (length) => {
      let digits = '';
      while (digits.length < length) digits += nextWord().toString(16).padStart(8, '0');
      return digits.slice(0, length);
    },
  };
}

/** Four words from the text by FNV-1a with different offsets; never all zero. */
function seedState(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0, 0, 0, 0];
  for (let word = 0; word < 4; word += 1) {
    let hash = (0x811c9dc5 ^ (word * 0x9e3779b9)) >>> 0;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
    }
    words[word] = (hash ^ (hash >>> 15)) >>> 0 || 0x1234567;
  }
  return words;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
