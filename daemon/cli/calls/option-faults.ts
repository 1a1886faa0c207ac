import type { JsonObject } from "../../base/json.ts";
import { valueFaults } from "../../base/value-faults.ts";
import type { CommandReply } from "../../commands/execution.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { PhraseOf } from "../phrase-options.ts";
import { argumentName, wordsOfOption } from "../words/option-words.ts";

/**
 * Checks what a person gave with a phrase before anything is sent, so that a fault names the option as it was typed. A
 * code that latchctl still asks for is not missing.
 * @throws GatewayError `badParameters` with one line for each option at fault
 */
export function requireOptions(of: PhraseOf, params: JsonObject): void {
  const { phrase, command } = of;
  const { password } = params;
  const isAsked = password === "" || (phrase.needsCode === true && password === undefined);
  const faults = valueFaults(command.input, params).filter(
    ({ field }) => !(isAsked && field === "password"),
  );
  const [first] = faults;
  if (first === undefined) return;
  const lines = faults.map(({ field, text }) => `${typedAs(field, of)}: ${text}`);
  throw new GatewayError("badParameters", lines.join("\n  "), { field: first.field });
}

/** Returns a daemon's reply whose message begins with the option as it was typed, instead of the API's field. */
export function withTypedNames(reply: CommandReply, of: PhraseOf): CommandReply {
  const [whole, field] = /^([a-z_][a-z0-9_.]*): /.exec(reply.ErrMsg) ?? [];
  if (whole === undefined || field === undefined) return reply;
  return { ...reply, ErrMsg: `${typedAs(field, of)}: ${reply.ErrMsg.slice(whole.length)}` };
}

/** Returns an argument by its name in the help, an option with its dashes, and a code as what latchctl asks for. */
function typedAs(field: string, { phrase, command }: PhraseOf): string {
  // A list is given by its option as often as it has items.
  const name = field.replace(/\.[0-9]+$/, "");
  if (phrase.fields?.includes(name) === true) return argumentName(name);
  if (phrase.needsCode === true && name === "password") return "code";
  if (phrase.isOfLock === true && name === "uuid") return "lock";
  return `--${wordsOfOption(command.name, name)?.name ?? name}`;
}
