import type { JsonObject } from "../../base/json.ts";
import type { Phrase } from "../../commands/phrase.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { Terminal } from "../terminal/terminal.ts";

const administratorId = 999;
/** After this number of pairs that differ latchctl gives up. */
const maxTries = 3;

/**
 * Returns the parameters with the code, where no option gives it: so it stands neither in the process list nor in a
 * shell's history. latchctl asks for it, for the administrator's twice, or reads it from standard input where nobody
 * can be asked.
 * @throws GatewayError `badParameters` when nothing is typed, or two codes differ again and again
 */
export async function codeFor(
  terminal: Terminal,
  phrase: Pick<Phrase, "needsCode">,
  params: JsonObject,
): Promise<JsonObject> {
  const { password } = params;
  const isWanted = password === undefined ? phrase.needsCode === true : password === "";
  if (!isWanted) return params;
  const isAdministrator = params["is_default"] === 1 || params["password_id"] === administratorId;
  return { ...params, password: await askCode(terminal, isAdministrator) };
}

/**
 * Asks for a code without showing it. @param isTwice asks again, because nobody sees it
 * @throws GatewayError `badParameters`
 */
export async function askCode(terminal: Terminal, isTwice: boolean): Promise<string> {
  const { askHidden } = terminal;
  if (askHidden === undefined) return given(await terminal.readInput());
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const code = given(await askHidden(isTwice ? "Administrator's code: " : "Code: "));
    if (!isTwice || (await askHidden("The same again: ")).trim() === code) return code;
    terminal.error("The two differ. Again:\n");
  }
  throw new GatewayError("badParameters", "code: the two differ; nothing was changed");
}

function given(text: string): string {
  const code = text.trim();
  if (code !== "") return code;
  throw new GatewayError("badParameters", "code: nothing was given; nothing was changed");
}
