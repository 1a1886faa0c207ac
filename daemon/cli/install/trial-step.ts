import { isJsonObject } from "../../base/json.ts";
import type { Visit } from "./visit.ts";

/** After this time without an opening latchctl says what may be the cause. */
const patienceMs = 30_000;

const late =
  "Nothing heard yet. Some locks need # or the lock sign after the code, and some do not report openings.";

/**
 * Waits for a real opening of the lock, while the person may go on with Enter.
 * @returns whether it opened
 * @throws DaemonUnreachable
 */
export async function tryCode(
  { session, terminal }: Visit,
  { uuid, hasAdministrator }: { readonly uuid: string; readonly hasAdministrator: boolean },
): Promise<boolean> {
  const over = new AbortController();
  const opened = new Promise<true>((resolve, reject) => {
    const follow = async (): Promise<void> => {
      const events = session.client().events("/api/events", { signal: over.signal });
      for await (const line of events) {
        const event: unknown = JSON.parse(line);
        if (!isJsonObject(event) || event["uuid"] !== uuid) continue;
        if (event["event"] === "lockerOpenAlarm") resolve(true);
        if (event["event"] === "wrongPwdAlarm") {
          terminal.error("\nThe lock reports a wrong code. Type it again.\n");
        }
      }
    };
    follow().catch(reject);
  });
  const patience = setTimeout(() => terminal.error(`\n${late}\n`), patienceMs);
  const task = hasAdministrator
    ? "Type the code at the keypad now"
    : "Open it once now, by a code, a card or a key";
  const answer = terminal.ask(`${task} (Enter = go on without): `, over.signal);
  try {
    const isOpened = (await Promise.race([opened, answer])) === true;
    if (isOpened) terminal.error("\n");
    session.say(isOpened ? `${tick(terminal.columns)} It opened. The lock works.` : "Not tried.");
    return isOpened;
  } finally {
    clearTimeout(patience);
    over.abort();
  }
}

/** Green where the output is a terminal. */
function tick(columns: number | undefined): string {
  return columns === undefined ? "✓" : "\u001b[32m✓\u001b[39m";
}
