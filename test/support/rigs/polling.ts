/** Long enough for a slow machine; nothing takes this long when all is well. */
const limitMs = 90_000;
const pollMs = 10;

/**
 * Calls `find` until it returns something.
 * @throws Error after 90 s, with what was awaited and what `context` says
 */
export async function untilFound<T>(
  what: string | (() => string),
  find: () => T | null | Promise<T | null>,
  context: () => string,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const found = await find();
    if (found !== null) return found;
    if (performance.now() > endMs) {
      const awaited = typeof what === "string" ? what : what();
      throw new Error(`waited in vain for ${awaited}; the last log lines:\n${context()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
