import type { JsonObject } from "../../base/json.ts";
import type { Command } from "../../commands/command.ts";
import type { Phrase } from "../../commands/phrase.ts";
import { readTextParams } from "../../commands/schema/text-params.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { Session } from "../session.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { isAllowed } from "./consent.ts";
import { addressOfLock } from "./lock-lookup.ts";
import { requireOptions, withTypedNames } from "./option-faults.ts";
import { outcomeOf, outcomeText } from "./outcome-wait.ts";
import { viewOf } from "./reply-view.ts";

const defaultWaitSeconds = 30;

/** What a person gave with a phrase. */
export interface GivenFields {
  /** As the person named the lock; null = the phrase is about no lock. */
  readonly lock: string | null;
  /** Fields from options and arguments, as text. */
  readonly fields: readonly (readonly [string, string])[];
  readonly wait?: string | true;
  readonly yes?: boolean;
}

/**
 * Sends the command of a phrase and shows its reply.
 * @throws GatewayError `badParameters`, `notFound`, DaemonUnreachable
 */
export async function callPhrase(
  session: Session,
  { phrase, command }: { readonly phrase: Phrase; readonly command: Command },
  given: GivenFields,
): Promise<void> {
  // Checked before anything is sent: a usage error must change nothing.
  const seconds = given.wait === undefined ? null : waitSeconds(given.wait);
  const client = session.client();
  const address: JsonObject =
    given.lock === null
      ? {}
      : { uuid: await addressOfLock(client, given.lock, command.isReadOnly) };
  if (phrase.bare !== undefined && given.fields.length === 0) {
    session.finish(await client.command(phrase.bare, {}));
    return;
  }
  const params = { ...readTextParams(command.input, given.fields), ...phrase.fixed, ...address };
  requireOptions(command, params, phrase);
  if (!(await isAllowed(session, { command, params, isYes: given.yes === true }))) return;
  const whole = await withCode(phrase, params, session.terminal);
  requireOptions(command, whole, phrase);
  const reply = await client.command(command.name, whole);
  session.finish(session.isJson() ? reply : withTypedNames(reply, phrase), viewOf(phrase.view));
  if (seconds === null || reply.ErrNo !== 0) return;
  const id = Number(reply["password_id"] ?? params["password_id"]);
  await showOutcome(session, { uuid: String(params["uuid"]), id }, seconds);
}

/** @throws GatewayError `badParameters` */
function waitSeconds(wait: string | true): number {
  if (wait === true) return defaultWaitSeconds;
  const seconds = Number(wait);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return seconds;
  throw new GatewayError("badParameters", "wait: a whole number from 1 to 3600");
}

async function showOutcome(
  session: Session,
  password: { readonly uuid: string; readonly id: number },
  seconds: number,
): Promise<void> {
  const outcome = await outcomeOf(session.client(), password, seconds);
  session.terminal.out(`${session.isJson() ? JSON.stringify(outcome) : outcomeText(outcome)}\n`);
  if (outcome.kind === "failed") session.end(1);
  if (outcome.kind === "waiting") session.end(75);
}

/**
 * Adds the code where no option gives it, so that it stands neither in the process list nor in a shell's
 * history: latchctl asks for it, or reads it from standard input where nobody can be asked.
 */
async function withCode(
  phrase: Phrase,
  params: JsonObject,
  terminal: Terminal,
): Promise<JsonObject> {
  if (phrase.needsCode !== true || params["password"] !== undefined) return params;
  if (terminal.askHidden !== undefined) {
    return { ...params, password: (await terminal.askHidden("code (not shown): ")).trim() };
  }
  return { ...params, password: (await terminal.readInput()).trim() };
}
