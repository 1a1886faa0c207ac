import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { LockId } from "../../core/model/door-lock.ts";
import type { LockKeyRecord } from "../../core/model/sealed-code.ts";
import type { StoreView } from "../store.ts";
import { StoreFailure } from "../store-failure.ts";
import type { MasterKey } from "./master-key.ts";

const cipherName = "aes-256-gcm";
const keyBytes = 32;
/** Bytes of the id that names a lock's key. */
export const keyIdBytes = 9;
const nonceBytes = 12;
const tagBytes = 16;

/** Limit of the opened keys that are kept; the oldest is dropped first. */
const maxOpened = 256;

/** Keys derived from a lock's own key, each for one purpose. */
export interface OpenedLockKey {
  readonly lock: LockId;
  readonly keyId: string;
  /** Seals codes. */
  readonly seal: Buffer;
  /** Makes marks of codes. */
  readonly mark: Buffer;
  /** The secret of the lock's dynamic codes (RFC 6238). */
  readonly dynamic: Buffer;
  /** Seals the lock's records. */
  readonly record: Buffer;
}

/** A new key: its record, which must be written, and the key itself, for use before that. */
export interface MadeLockKey {
  readonly record: LockKeyRecord;
  readonly opened: OpenedLockKey;
}

/**
 * The locks' own keys (envelope encryption): each is random, sealed with the master key and bound to its lock. A key
 * whose record is gone opens nothing any more, even in a process that had opened it.
 */
export class LockKeys {
  readonly #wrapKey: Buffer;
  readonly #view: Pick<StoreView, "get" | "list">;
  readonly #opened = new Map<string, OpenedLockKey>();

  constructor(master: MasterKey, view: Pick<StoreView, "get" | "list">) {
    this.#wrapKey = master.derive("lock key seal");
    this.#view = view;
  }

  /** Makes a key. Only its record keeps it, when that is written. */
  make(lock: LockId): MadeLockKey {
    const key = randomBytes(keyBytes);
    const keyId = randomBytes(keyIdBytes).toString("base64url");
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(cipherName, this.#wrapKey, nonce);
    cipher.setAAD(boundTo(lock, keyId));
    const text = Buffer.concat([cipher.update(key), cipher.final()]);
    const box = Buffer.concat([nonce, text, cipher.getAuthTag()]).toString("base64url");
    return { record: { lock, keyId, box }, opened: derived(lock, keyId, key) };
  }

  /** @returns the lock's key; null when it has none. @throws StoreFailure `sealBroken` */
  of(lock: LockId): OpenedLockKey | null {
    const record = this.#view.get("lockKey", [lock]);
    return record === undefined ? null : this.#open(record);
  }

  /** @returns the key with this id; null when it is gone. @throws StoreFailure `sealBroken` */
  byId(keyId: string): OpenedLockKey | null {
    const known = this.#opened.get(keyId);
    if (known !== undefined) {
      if (this.#view.get("lockKey", [known.lock])?.keyId === keyId) return known;
      this.#forget(known);
      return null;
    }
    for (const record of this.#view.list("lockKey")) {
      if (record.keyId === keyId) return this.#open(record);
    }
    return null;
  }

  #open(record: LockKeyRecord): OpenedLockKey {
    const { lock, keyId } = record;
    const known = this.#opened.get(keyId);
    if (known !== undefined) return known;
    const opened = derived(lock, keyId, this.#unwrapped(record));
    this.#opened.set(keyId, opened);
    const [oldest] = this.#opened.values();
    if (this.#opened.size > maxOpened && oldest !== undefined) this.#opened.delete(oldest.keyId);
    return opened;
  }

  #unwrapped({ lock, keyId, box }: LockKeyRecord): Buffer {
    const bytes = Buffer.from(box, "base64url");
    if (bytes.length !== nonceBytes + keyBytes + tagBytes) {
      throw new StoreFailure("sealBroken", "the sealed key of a lock has another length");
    }
    const nonce = bytes.subarray(0, nonceBytes);
    const decipher = createDecipheriv(cipherName, this.#wrapKey, nonce, {
      authTagLength: tagBytes,
    });
    decipher.setAAD(boundTo(lock, keyId));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    try {
      const text = bytes.subarray(nonceBytes, -tagBytes);
      return Buffer.concat([decipher.update(text), decipher.final()]);
    } catch (cause) {
      const detail = "the key of a lock does not open with this master key";
      throw new StoreFailure("sealBroken", detail, { cause });
    }
  }

  #forget({ keyId, seal, mark, dynamic, record }: OpenedLockKey): void {
    this.#opened.delete(keyId);
    for (const bytes of [seal, mark, dynamic, record]) bytes.fill(0);
  }
}

function boundTo(lock: LockId, keyId: string): Buffer {
  return Buffer.from(`lock key ${lock} ${keyId}`);
}

function derived(lock: LockId, keyId: string, key: Buffer): OpenedLockKey {
  const purpose = (name: string) =>
    Buffer.from(hkdfSync("sha256", key, "latchd lock", name, keyBytes));
  const opened = {
    lock,
    keyId,
    seal: purpose("code seal"),
    mark: purpose("code mark"),
    dynamic: purpose("dynamic code"),
    record: purpose("record seal"),
  };
  key.fill(0);
  return opened;
}
