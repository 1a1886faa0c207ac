import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { Command } from "../../commands/command.ts";
import { readTextParams } from "../../commands/schema/text-params.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { Session } from "../session.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { isAllowed } from "./consent.ts";

/** What was given with a command of the API. */
export interface GivenParams {
  /** Fields from options, as text. */
  readonly fields: readonly (readonly [string, string])[];
  /** All parameters as JSON, or `-` for standard input. */
  readonly jsonParams: string | undefined;
  readonly isYes: boolean;
}

/**
 * Sends a command by its own name and shows its reply.
 * @throws GatewayError `badParameters`, DaemonUnreachable
 */
export async function callByName(
  session: Session,
  command: Command,
  { fields, jsonParams, isYes }: GivenParams,
): Promise<void> {
  const { terminal } = session;
  const whole = jsonParams === undefined ? {} : await readJson(jsonParams, terminal);
  const params = { ...whole, ...readTextParams(command.input, fields) };
  // The API's own names are for scripts: latchctl asks only a person at a terminal.
  const isSpared = isYes || terminal.ask === undefined;
  if (!(await isAllowed(session, { command, params, isYes: isSpared }))) return;
  session.finishAsJson(await session.client().command(command.name, params));
}

async function readJson(given: string, terminal: Terminal): Promise<JsonObject> {
  const text = given === "-" ? await terminal.readInput() : given;
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw new GatewayError("badParameters", "--json-params: is not JSON", { cause });
  }
  throw new GatewayError("badParameters", "--json-params: must be a JSON object");
}
