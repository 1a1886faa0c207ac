import { texts } from "../locks/texts.ts";

/** Returns a person by name, a pass as what it is, and a client by its id. */
export function requesterText(by: string): string {
  return by.startsWith("pass:") ? texts.value.history.pass : by.replace(/^account:/, "");
}
