import type { LockId } from "./door-lock.ts";
import type { PinCode } from "./secret.ts";

/** Keyed hash of a code on one lock: equal codes have equal marks. Tells nothing without the key. */
export type CodeMark = string;

/** A code as it is kept: encrypted (AES-256-GCM, base64url of nonce, text and tag), with its mark. */
export interface SealedCode {
  readonly box: string;
  readonly mark: CodeMark;
}

/**
 * A lock's own key, under which its codes are sealed and marked: 256 random bits, made when the lock is
 * paired for the first time and dropped in the batch that unpairs it. What it sealed is gone with it.
 */
export interface LockKeyRecord {
  readonly lock: LockId;
  /** Stands in front of every box that the key sealed; never used twice. */
  readonly keyId: string;
  /** The key, sealed under the gateway's master key (AES-256-GCM, base64url of nonce, text and tag). */
  readonly box: string;
}

/** A key that was made for a lock, before its record is written. */
export interface NewLockKey {
  readonly record: LockKeyRecord;
  mark(code: PinCode): CodeMark;
}

/** A lock was unpaired and not everything that told of its people is out of the files yet. */
export interface ErasureRecord {
  readonly lock: LockId;
  /** Of the key that was dropped: names the boxes that it sealed. */
  readonly keyId: string | null;
  /** The last records that may tell of it; absent until the erasure has begun. */
  readonly through?: { readonly journal: number; readonly operations: number };
}
