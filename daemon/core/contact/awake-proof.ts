import type { Capabilities } from "../model/door-lock.ts";

/** After a silence this long a lock no longer polls fast because of its last frame, ms. */
const longSilenceMs = 60_000;
/** How many answers in a row after such silences prove that the lock listens all the time. */
const provingAnswers = 5;

/**
 * Returns the capabilities after one request to a lock, as far as the answer shows whether the lock sleeps. A lock that
 * claims to listen all the time counts as sleeping until it has answered several requests in a row after long silences,
 * each at the first try. A miss restarts the count. Nothing changes for a lock whose sleep is known.
 * @param quietMs how long the lock had been silent when the request was sent
 */
export function withSleepShown(
  capabilities: Capabilities,
  { quietMs, wasReached }: { readonly quietMs: number; readonly wasReached: boolean },
): Capabilities {
  if (capabilities.isSleepyBasis !== "assumed" || !capabilities.isSleepy) return capabilities;
  const { promptAnswers = 0 } = capabilities;
  if (!wasReached) {
    return promptAnswers === 0 ? capabilities : { ...capabilities, promptAnswers: 0 };
  }
  if (quietMs < longSilenceMs) return capabilities;
  const answers = promptAnswers + 1;
  return answers < provingAnswers
    ? { ...capabilities, promptAnswers: answers }
    : { ...capabilities, promptAnswers: answers, isSleepy: false, isSleepyBasis: "lock" };
}
