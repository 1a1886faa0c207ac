import type { Command as CommanderCommand } from "commander";
import type { Command } from "../commands/command.ts";
import { GatewayError } from "../core/model/errors.ts";
import { consentTo, type Sending } from "./losses.ts";
import type { PhraseHost } from "./phrases/phrase-host.ts";

/** Adds the option that spares the question, where the command loses something. */
export function addYes(sub: CommanderCommand, { loss }: Command): void {
  if (loss === undefined) return;
  sub.option("--yes", "do not ask; needed where nobody can be asked", false);
}

/**
 * Asks before something is lost.
 * @returns whether to send the command; if not, it says so and sets the exit code
 * @throws GatewayError `badParameters` where nobody can be asked and `--yes` is missing
 */
export async function isAllowed(
  host: Pick<PhraseHost, "terminal" | "client" | "end">,
  sending: Sending,
): Promise<boolean> {
  switch (await consentTo(sending, host.client(), host.terminal)) {
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
