import type { Json } from "../../base/json.ts";
import type { PasswordFailure } from "../../core/model/password.ts";

const failures: Readonly<Record<PasswordFailure, string>> = {
  duplicate: "the lock has this code already, in another slot",
  full: "the lock is full: delete a password first",
  refused: "the lock refused it three times",
  unsupported: "the lock cannot do this",
  expired: "its time ended before the lock could be reached",
  lost: "it is no longer in the lock: give it a new code",
};

/** Returns why a lock does not have a password, in words. */
export function failureText(reason: Json | undefined): string {
  const known: Readonly<Record<string, string>> = failures;
  return known[String(reason)] ?? String(reason);
}
