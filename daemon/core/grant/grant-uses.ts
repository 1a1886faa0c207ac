import type { PasswordRecord } from "../model/password.ts";
import type { GrantRecord } from "./grant.ts";
import type { PasswordChange } from "./password-change.ts";

/** Returns how often a grant has opened: at doors whose passwords are gone, and at the others. */
export function openingsOf(
  { uses, doors }: Pick<GrantRecord, "uses" | "doors">,
  { after }: Pick<PasswordChange, "after">,
): number {
  return doors.reduce((sum, { lock, passwordId, gone }) => {
    const password = gone === null ? after(lock, passwordId) : undefined;
    return sum + (password?.uses?.count ?? 0);
  }, uses?.spent ?? 0);
}

/** Returns the passwords that end because their grant has opened for the last time, at whatever door. */
export function passwordsUsedUp(
  grant: GrantRecord,
  change: PasswordChange,
  nowMs: number,
): readonly PasswordRecord[] {
  const { uses, doors } = grant;
  if (uses === undefined || uses.by === "door") return [];
  if (openingsOf(grant, change) < uses.limit) return [];
  return doors.flatMap(({ lock, passwordId, gone }): PasswordRecord[] => {
    const password = gone === null ? change.after(lock, passwordId) : undefined;
    if (password === undefined || password.isDeleted || password.consumedAtMs !== null) return [];
    return [{ ...password, consumedAtMs: nowMs, revision: password.revision + 1 }];
  });
}

/** Returns the openings of the doors whose passwords the change removes. */
export function openingsGone(
  { doors }: Pick<GrantRecord, "doors">,
  { before, after }: PasswordChange,
): number {
  return doors.reduce((sum, { lock, passwordId, gone }) => {
    if (gone !== null || after(lock, passwordId) !== undefined) return sum;
    return sum + (before(lock, passwordId)?.uses?.count ?? 0);
  }, 0);
}
