import type { JsonObject } from "../../base/json.ts";
import { valueFaults } from "../../base/value-faults.ts";
import type { Command } from "../../commands/command.ts";
import type { CommandReply } from "../../commands/execution.ts";
import type { Phrase } from "../../commands/phrase.ts";
import { GatewayError } from "../../core/model/errors.ts";

/**
 * Checks what a person gave with a phrase before anything is sent, so that a fault names the option as it was typed. A
 * code that latchctl still asks for is not missing.
 * @throws GatewayError `badParameters` with one line for each option at fault
 */
export function requireOptions({ input }: Command, params: JsonObject, phrase: Phrase): void {
  const isAsked = phrase.needsCode === true && params["password"] === undefined;
  const faults = valueFaults(input, params).filter(
    ({ field }) => !(isAsked && field === "password"),
  );
  const [first] = faults;
  if (first === undefined) return;
  const lines = faults.map(({ field, text }) => `${typedAs(field, phrase)}: ${text}`);
  throw new GatewayError("badParameters", lines.join("\n  "), { field: first.field });
}

/** Returns a daemon's reply whose message begins with the option as it was typed, instead of the API's field. */
export function withTypedNames(reply: CommandReply, phrase: Phrase): CommandReply {
  const [whole, field] = /^([a-z_][a-z0-9_.]*): /.exec(reply.ErrMsg) ?? [];
  if (whole === undefined || field === undefined) return reply;
  return { ...reply, ErrMsg: `${typedAs(field, phrase)}: ${reply.ErrMsg.slice(whole.length)}` };
}

/** Returns an argument by its name in the help, an option with its dashes, and a code as what latchctl asks for. */
function typedAs(field: string, phrase: Phrase): string {
  // A list is given by its option as often as it has items.
  const name = field.replace(/\.[0-9]+$/, "");
  if (phrase.fields?.includes(name) === true) return name;
  if (phrase.needsCode === true && name === "password") return "code";
  if (phrase.isOfLock === true && name === "uuid") return "lock";
  return `--${phrase.names?.[name] ?? name}`;
}
