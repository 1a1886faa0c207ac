import type { Command as CommanderCommand } from "commander";
import { GatewayError } from "../core/model/errors.ts";
import { consentTo } from "./doctor/losses.ts";
import type { PhraseHost } from "./phrase-host.ts";

/** The option that spares the question. */
export function addYes(sub: CommanderCommand): void {
  sub.option("--yes", "do not ask; needed where nobody can be asked", false);
}

/**
 * Asks before something is lost. @returns whether to go on; if not, it is said and the exit code is set.
 * @throws GatewayError `badParameters` where nobody can be asked and `--yes` is missing.
 */
export async function isAllowed(
  host: Pick<PhraseHost, "terminal" | "client" | "end">,
  asked: Parameters<typeof consentTo>[0],
): Promise<boolean> {
  switch (await consentTo(asked, host.client(), host.terminal)) {
    case "given":
      return true;
    case "refused":
      host.terminal.error("latchctl: nothing was changed\n");
      host.end(1);
      return false;
    case "nobodyToAsk": {
      const text = "yes: give --yes; without a terminal nobody can be asked. Nothing was changed";
      throw new GatewayError("badParameters", text, { field: "yes" });
    }
  }
}
