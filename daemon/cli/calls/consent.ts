import { GatewayError } from "../../core/model/errors.ts";
import type { Session } from "../session.ts";
import { consentTo, type Sending } from "./losses.ts";

/**
 * Asks before something is lost.
 * @returns whether to send the command; if not, it says so and sets the exit code
 * @throws GatewayError `badParameters` where nobody can be asked and `--yes` is missing
 */
export async function isAllowed(
  session: Pick<Session, "terminal" | "client" | "end">,
  sending: Sending,
): Promise<boolean> {
  switch (await consentTo(sending, session.client(), session.terminal)) {
    case "given":
      return true;
    case "refused":
      session.terminal.error("latchctl: nothing was changed\n");
      session.end(1);
      return false;
    case "nobodyToAsk": {
      const text = "yes: give --yes; without a terminal nobody can be asked. Nothing was changed";
      throw new GatewayError("badParameters", text, { field: "yes" });
    }
  }
}
