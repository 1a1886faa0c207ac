import type { Capabilities } from "../model/door-lock.ts";

/** A lock that was silent for so long has no fast poll left over from its last frame, ms. */
const longSilenceMs = 60_000;
/** So many answers in a row after such silences prove that it listens all the time. */
const provingAnswers = 5;

/**
 * What one question to a lock shows of its sleep. A lock that claims to listen all the time counts as
 * sleeping until it has answered, each time at the first try, after long silences; a miss begins the
 * count again. Nothing changes for a lock whose sleep is known.
 * @param quietMs how long the lock had been silent when it was asked
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
