import type { LockId } from "./door-lock.ts";
import type { PinCode } from "./secret.ts";

/** Keyed hash of a code on one lock: equal codes have equal marks. It reveals nothing without the key. */
export type CodeMark = string;

/** A code as it is stored: encrypted (AES-256-GCM, base64url of nonce, text and tag), with its mark. */
export interface SealedCode {
  readonly box: string;
  readonly mark: CodeMark;
}

/**
 * A lock's own key, under which its codes are sealed and marked: 256 random bits. latchd creates it when it
 * first pairs the lock, and drops it in the batch that unpairs the lock. Nobody can unseal its codes after that.
 */
export interface LockKeyRecord {
  readonly lock: LockId;
  /** The prefix of every box that the key sealed. It is never used twice. */
  readonly keyId: string;
  /** The key, sealed under the gateway's master key (AES-256-GCM, base64url of nonce, text and tag). */
  readonly box: string;
}

/** A new key of a lock whose record is not written yet. */
export interface NewLockKey {
  readonly record: LockKeyRecord;
  mark(code: PinCode): CodeMark;
}

/** An unpaired lock whose people's data is not yet erased from all files. */
export interface ErasureRecord {
  readonly lock: LockId;
  /** The id of the dropped key, by which the boxes that it sealed are found. */
  readonly keyId: string | null;
  /** The last records that may mention the lock; absent until the erasure has begun. */
  readonly through?: { readonly journal: number; readonly operations: number };
}
