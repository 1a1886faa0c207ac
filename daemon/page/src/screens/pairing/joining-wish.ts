import { signal } from "@preact/signals";

/** Which lock is to be let in. */
export type JoiningWish =
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "any" };

/** The wish of the last choice. In memory only: an install code is a key. */
export const joiningWish = signal<JoiningWish>({ kind: "any" });

const address = /^(?:0x)?([0-9a-f]{16})$/i;

/** Returns the fields of `permit_join` for a wish. */
export function joiningFields(wish: JoiningWish): {
  readonly uuid?: string;
  readonly install_code?: string;
} {
  if (wish.kind === "any") return {};
  const found = address.exec(wish.text.replaceAll(/[\s:]/g, ""));
  return found?.[1] === undefined
    ? { install_code: wish.text }
    : { uuid: `0x${found[1].toLowerCase()}` };
}
