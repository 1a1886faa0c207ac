import type { LockId } from "../model/door-lock.ts";
import type { PasswordId, PasswordRecord } from "../model/password.ts";

/** The passwords before and after a change. */
export interface PasswordChange {
  before(lock: LockId, id: PasswordId): PasswordRecord | undefined;
  after(lock: LockId, id: PasswordId): PasswordRecord | undefined;
  /** Whether the change unpairs the lock. */
  isUnpaired(lock: LockId): boolean;
}
