import type { Command as CommanderCommand } from "commander";
import type { Command } from "../commands/command.ts";
import { addOptions, addYes } from "./options.ts";
import type { Session } from "./session.ts";

interface ApiOptions {
  readonly jsonParams?: string;
  readonly yes?: boolean;
}

/** Adds `latchctl call NAME`: every command of the API by its own name and fields, for programs. */
export function addCall(
  root: CommanderCommand,
  commands: readonly Command[],
  session: Session,
): void {
  const call = root
    .command("call")
    .description("Every call of the API by its own name and fields")
    .addHelpText(
      "after",
      "\nlatchctl call NAME --help describes one; --json prints the reply as it is.",
    );
  for (const command of commands) {
    const sub = call.command(command.name).description(command.summary);
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

/**
 * Returns the arguments with `call` before the API's own name of a command, which needs no `call` where no command
 * for people has that name.
 */
export function withCall(
  args: readonly string[],
  root: CommanderCommand,
  commands: readonly Command[],
): readonly string[] {
  const at = args.findIndex((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--socket");
  const name = args[at]?.replaceAll("-", "_");
  const isPeoples = root.commands.some((own) => own.name() === args[at]);
  if (name === undefined || isPeoples || !commands.some((command) => command.name === name)) {
    return args;
  }
  return [...args.slice(0, at), "call", ...args.slice(at)];
}
