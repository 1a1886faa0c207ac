import { effect, signal } from "@preact/signals";
import { session } from "../api/session.ts";

/** The secret in the address of `latchctl page`: a pass, or the code of the first set-up. */
export type LinkSecret = { readonly pass: string } | { readonly setup: string };

/** The secret of the link that was opened last. Who is signed in stays who they are: the link counts for nothing. */
export const linkSecret = signal<LinkSecret | null>(takenFromAddress());

// A link that is opened where the page already is does not load it again.
addEventListener("hashchange", () => {
  const found = takenFromAddress();
  if (found !== null && session.value.state !== "signedIn") linkSecret.value = found;
});

effect(() => {
  if (session.value.state === "signedIn") linkSecret.value = null;
});

/** Takes the secret out of the address, so that neither the history nor a screenshot keeps it. */
function takenFromAddress(): LinkSecret | null {
  const found = /^#(pass|setup)=([A-Za-z0-9_-]{1,128})$/.exec(location.hash);
  if (found === null) return null;
  history.replaceState(null, "", "#/");
  const secret = found[2] ?? "";
  return found[1] === "pass" ? { pass: secret } : { setup: secret };
}
