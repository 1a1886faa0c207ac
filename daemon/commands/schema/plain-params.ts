import { hiddenCharacter } from "../../core/input/plain-text.ts";
import { GatewayError } from "../../core/model/errors.ts";

/** Notes may have several lines; latchd never shows one beside a text of its own. */
const notes: ReadonlySet<string> = new Set([
  "description",
  "room_description",
  "note",
  "location",
  "remark",
]);
/** A passphrase is never shown, and is used exactly as given. */
const untouched: ReadonlySet<string> = new Set(["passphrase"]);

/**
 * Checks every text of a command, however deep, whatever the transport: no control characters and no
 * characters that turn the direction of writing. Notes may have line ends and tabs.
 * @throws GatewayError `badParameters` naming the field and the character.
 */
export function requirePlainText(params: unknown): void {
  check(params, []);
}

function check(value: unknown, path: readonly string[]): void {
  if (typeof value === "string") {
    checkText(value, path);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) check(part, [...path, name]);
}

function checkText(text: string, path: readonly string[]): void {
  const name = path.at(-1) ?? "params";
  if (untouched.has(name)) return;
  const found = hiddenCharacter(notes.has(name) ? text.replaceAll(/[\r\n\t]/g, " ") : text);
  if (found === null) return;
  const field = path.length === 0 ? "params" : path.join(".");
  throw new GatewayError(
    "badParameters",
    `${field}: must not hold ${found}: control characters and marks that turn the direction of writing are not taken`,
    { field },
  );
}
