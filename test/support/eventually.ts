// Waiting for what nobody announces, such as the end of a process that is not a child: looks often, and gives up in time.

/** Looks until `isSo` says true of what was seen; resolves with the last sight in any case, for an assertion to judge. */
export async function eventually<T>(look: () => Promise<T>, isSo: (seen: T) => boolean, withinMs = 10_000): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen) || performance.now() > giveUpAt) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
