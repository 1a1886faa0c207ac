import type { LockId } from "../door-lock.ts";
import type { PasswordId } from "../password.ts";

/** Records that only the Zigbee lock actions have. Passwords they share with the other transports. */

/** A member of the household. */
export interface MemberRecord {
  readonly userId: string;
  readonly name: string;
  /** Where verification codes go: a telephone number or an e-mail address; empty = nowhere. */
  readonly account: string;
  readonly countryCode: string;
  /** URL of a picture, or empty. */
  readonly avatar: string;
  /** Verification codes for a lock go to the owner. */
  readonly isOwner: boolean;
  readonly createdAtMs: number;
}

/** The name and the owner of a credential on a lock. */
export interface OpModeRecord {
  readonly opModeId: number;
  readonly lock: LockId;
  /** "kind-number", e.g. "1-2": a credential's kind and its number on the lock. */
  readonly unlockId: string;
  readonly unlockName: string;
  readonly userId: string;
  /**
   * The password that had the code when it was named; null = a card, a finger or an unmanaged code.
   * The name does not pass to another password that gets the slot later.
   */
  readonly passwordId: PasswordId | null;
  readonly createdAtMs: number;
}

/** The password that an app asks for before it shows a lock. It is not a code on the lock. */
export interface GesturePasswordRecord {
  readonly lock: LockId;
  readonly isOpen: boolean;
  /** 1 gesture, 2 digits. */
  readonly type: 1 | 2;
  /** scrypt, base64url. */
  readonly salt: string;
  readonly hash: string;
  /** Wrong tries since the last correct one. */
  readonly misses: number;
  readonly uid: string;
  readonly setAtMs: number;
}

/** The newest verification code that was sent to an account. */
export interface VerificationRecord {
  readonly account: string;
  readonly salt: string;
  readonly hash: string;
  readonly sentAtMs: number;
  readonly tries: number;
  readonly isUsed: boolean;
}

/** A request to send a password's code to its holder. */
export interface PasswordMessageRecord {
  readonly lock: LockId;
  readonly passwordId: PasswordId;
  readonly countryCode: string;
  readonly wantedAtMs: number;
}
