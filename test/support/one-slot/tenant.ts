import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import { aCode, aPassword } from "../records.ts";

/** A tenant's password that is not in the lock yet. */
export function tenant(id: number, digits: string): PasswordRecord {
  return aPassword({ id, code: aCode(digits), sealedFor: `password/${id}`, userId: null });
}
