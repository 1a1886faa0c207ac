/** Resolves when the promise resolves or the signal is aborted, whichever is first. */
export function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener("abort", () => resolve(), { once: true });
    void promise.then(resolve);
  });
}
