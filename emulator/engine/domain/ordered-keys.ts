/**
 * A sorted set of keys in chunks: insertion and removal cost the length of one chunk, iteration from
 * any key is direct. Lists page through it and queues are read from its front, at any size.
 */

const CHUNK = 512;

export class OrderedKeys<K extends string | number> {
  readonly #chunks: K[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(key: K): void {
    const chunks = this.#chunks;
    if (chunks.length === 0) {
      chunks.push([key]);
      this.#size = 1;
      return;
    }
    const at = this.#chunkFor(key);
    const chunk = chunks[at] ?? [];
    const index = lowerBound(chunk, key);
    if (chunk[index] === key) return;
    chunk.splice(index, 0, key);
    this.#size += 1;
    if (chunk.length > CHUNK) chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2));
  }

  delete(key: K): void {
    const at = this.#chunkFor(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const index = lowerBound(chunk, key);
    if (chunk[index] !== key) return;
    chunk.splice(index, 1);
    this.#size -= 1;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  get first(): K | undefined {
    return this.#chunks[0]?.[0];
  }

  /** Keys in order, those greater than `after` when it is given. The set must not change meanwhile. */
  *from(after?: K): Generator<K, void, undefined> {
    const start = after === undefined ? 0 : this.#chunkFor(after);
    for (let at = start; at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at] ?? [];
      let index = 0;
      if (at === start && after !== undefined) {
        index = lowerBound(chunk, after);
        if (chunk[index] === after) index += 1;
      }
      for (; index < chunk.length; index += 1) yield chunk[index] as K;
    }
  }

  [Symbol.iterator](): Generator<K, void, undefined> {
    return this.from();
  }

  /** The last chunk whose first key is not greater than `key`; the first chunk for smaller keys. */
  #chunkFor(key: K): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const head = this.#chunks[middle]?.[0];
      if (head !== undefined && head <= key) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }
}

function lowerBound<K extends string | number>(chunk: readonly K[], key: K): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = chunk[middle];
    if (at !== undefined && at < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
