import type { LockId } from "../door-lock.ts";
import type { PasswordId } from "../password.ts";

/** What only the Zigbee lock actions keep, beside the passwords that they share with every door. */

/** Somebody of the household. */
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

/** A name for a credential on a lock, and whose it is. */
export interface OpModeRecord {
  readonly opModeId: number;
  readonly lock: LockId;
  /** "kind-number", e.g. "1-2": a credential's kind and its number on the lock. */
  readonly unlockId: string;
  readonly unlockName: string;
  readonly userId: string;
  /**
   * The password whose code it was when it was named; null = a card, a finger, or a code that is
   * nobody's. A slot that is given to another password later does not take the name along.
   */
  readonly passwordId: PasswordId | null;
  readonly createdAtMs: number;
}

/** An app's own password before it shows a lock. Not a code of the lock's. */
export interface GesturePasswordRecord {
  readonly lock: LockId;
  readonly isOpen: boolean;
  /** 1 gesture, 2 digits. */
  readonly type: 1 | 2;
  /** scrypt, base64url. */
  readonly salt: string;
  readonly hash: string;
  /** Wrong tries since the last right one. */
  readonly misses: number;
  readonly uid: string;
  readonly setAtMs: number;
}

/** The verification code that an account was sent last. */
export interface VerificationRecord {
  readonly account: string;
  readonly salt: string;
  readonly hash: string;
  readonly sentAtMs: number;
  readonly tries: number;
  readonly isUsed: boolean;
}

/** That a password's code is to be sent to its holder. */
export interface PasswordMessageRecord {
  readonly lock: LockId;
  readonly passwordId: PasswordId;
  readonly countryCode: string;
  readonly wantedAtMs: number;
}
