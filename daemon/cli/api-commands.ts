import type { Command as CommanderCommand } from "commander";
import type { Command } from "../commands/command.ts";
import { addOptions, addYes } from "./options.ts";
import type { Session } from "./session.ts";

interface ApiOptions {
  readonly jsonParams?: string;
  readonly yes?: boolean;
}

/** Adds every command of the API by its own name and fields, for scripts. */
export function addApiCommands(
  root: CommanderCommand,
  commands: readonly Command[],
  session: Session,
): void {
  const taken = new Set(root.commands.map((own) => own.name()));
  for (const command of commands) {
    // latchctl has a view of its own of this one, with the same name.
    if (taken.has(command.name)) continue;
    const sub = root.command(command.name).description(command.summary);
    const hyphenated = command.name.replaceAll("_", "-");
    if (hyphenated !== command.name) sub.alias(hyphenated);
    const fields = addOptions(sub, command.input);
    sub.option("--json-params <json>", "all parameters as one JSON object; - reads it from stdin");
    addYes(sub, command);
    sub.action(async ({ jsonParams, yes }: ApiOptions) => {
      const { callByName } = await import("./calls/api-call.ts");
      await callByName(session, command, { fields, jsonParams, isYes: yes === true });
    });
  }
}
