import { passphraseLength } from "../../../../dist/page-types/limits.ts";

export { passphraseLength };

/** Returns whether the gateway takes a text as a new passphrase. */
export function isPassphrase(text: string): boolean {
  return text.length >= passphraseLength.min && text.length <= passphraseLength.max;
}
