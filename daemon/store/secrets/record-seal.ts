import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { isLockId } from "../../core/model/door-lock.ts";
import {
  areas,
  decodeTableKey,
  encodeKey,
  isLockTable,
  tableAreaOf,
  tablesRange,
} from "../keys.ts";
import type { StoreView } from "../store.ts";
import { StoreFailure } from "../store-failure.ts";
import { keyIdBytes, LockKeys, type OpenedLockKey } from "./lock-keys.ts";
import type { MasterKey } from "./master-key.ts";

const cipherName = "aes-256-gcm";
const nonceBytes = 12;
/** Nonces are taken from the system this many at a time: one call costs as much as sealing a small record. */
const noncesAtOnce = 64;
const tagBytes = 16;

/** First byte of a sealed value; no JSON text begins with one of these. */
const forms = { ofGateway: 0x01, ofLock: 0x02 } as const;

const verificationArea = tableAreaOf("verification");
const lockKeyArea = tableAreaOf("lockKey");

/** One entry of the store before it is sealed. */
export interface PlainEntry {
  readonly key: Buffer;
  /** JSON. */
  readonly text: string;
}

/** The same entry as LevelDB stores it. */
export interface WrittenEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/**
 * Seals what is written to LevelDB, so that no file has names, notes, telephone numbers or other personal data in
 * clear. Records of a lock are sealed with the lock's own key and become unreadable with it; journal, logs and
 * the rest are sealed with a key derived from the master key. The cipher is AES-256-GCM with 96 random bits of
 * nonce, bound to the entry's key. The gateway's counters and the locks' sealed keys are not sealed again.
 */
export class RecordSeal {
  readonly #gatewayKey: Buffer;
  readonly #nameKey: Buffer;
  readonly #lockKeys: LockKeys;
  #nonces = Buffer.alloc(0);

  /** @param view has the locks' own keys that are known */
  constructor(master: MasterKey, view: Pick<StoreView, "get" | "list">) {
    this.#gatewayKey = master.derive("record seal");
    this.#nameKey = master.derive("record name");
    this.#lockKeys = new LockKeys(master, view);
  }

  /** Returns the entry as it is stored. */
  seal({ key, text }: PlainEntry): WrittenEntry {
    if (!isSealedArea(key)) return { key, value: Buffer.from(text) };
    const own = this.#lockKeyOf(key);
    const head =
      own === null
        ? Buffer.of(forms.ofGateway)
        : Buffer.concat([Buffer.of(forms.ofLock), Buffer.from(own.keyId, "base64url")]);
    const writtenKey = this.writtenKey(key);
    const nonce = this.#nextNonce();
    const cipher = createCipheriv(cipherName, own?.record ?? this.#gatewayKey, nonce);
    cipher.setAAD(writtenKey);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return { key: writtenKey, value: Buffer.concat([head, nonce, sealed, cipher.getAuthTag()]) };
  }

  /** Returns random bytes that no other record gets. */
  #nextNonce(): Buffer {
    if (this.#nonces.length === 0) this.#nonces = randomBytes(noncesAtOnce * nonceBytes);
    const nonce = this.#nonces.subarray(0, nonceBytes);
    this.#nonces = this.#nonces.subarray(nonceBytes);
    return nonce;
  }

  /**
   * Returns the key under which an entry is stored. In the key of a verification code a keyed hash replaces the
   * account, which is a telephone number or an address.
   */
  writtenKey(key: Buffer): Buffer {
    if (key[0] !== verificationArea) return key;
    const name = createHmac("sha256", this.#nameKey).update(key).digest("base64url");
    return encodeKey(verificationArea, [name]);
  }

  /**
   * Returns an entry as it was before it was stored. Older versions stored entries unsealed.
   * @throws StoreFailure `damaged` if it does not open: it was altered or moved, or its lock's key is gone
   */
  open({ key, value }: WrittenEntry): PlainEntry {
    if (!isSealed(value)) return { key, text: value.toString("utf8") };
    const text = this.#opened(key, value);
    return key[0] === verificationArea ? { key: keyOfAccount(text), text } : { key, text };
  }

  #opened(key: Buffer, value: Buffer): string {
    const isOfLock = value[0] === forms.ofLock;
    const nonceAt = isOfLock ? 1 + keyIdBytes : 1;
    if (value.length < nonceAt + nonceBytes + tagBytes) throw damaged("is too short");
    const keyId = value.subarray(1, nonceAt).toString("base64url");
    const opening = isOfLock ? this.#lockKeys.byId(keyId)?.record : this.#gatewayKey;
    if (opening === undefined) throw damaged("was sealed with a key that is gone");
    const textAt = nonceAt + nonceBytes;
    const nonce = value.subarray(nonceAt, textAt);
    const decipher = createDecipheriv(cipherName, opening, nonce, { authTagLength: tagBytes });
    decipher.setAAD(key);
    decipher.setAuthTag(value.subarray(-tagBytes));
    try {
      const text = decipher.update(value.subarray(textAt, -tagBytes));
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    } catch (cause) {
      throw damaged("does not open with its key", cause);
    }
  }

  /** @returns null for an entry that belongs to no lock, or to one without a key of its own. */
  #lockKeyOf(key: Buffer): OpenedLockKey | null {
    const found = decodeTableKey(key);
    if (found === null || !isLockTable(found.table)) return null;
    const [lock] = found.key;
    return typeof lock === "string" && isLockId(lock) ? this.#lockKeys.of(lock) : null;
  }
}

/** Returns whether a value is sealed; older versions wrote JSON. */
export function isSealed(value: Buffer): boolean {
  return value[0] === forms.ofGateway || value[0] === forms.ofLock;
}

/** Returns whether entries with such a key are sealed. */
export function isSealedArea(key: Buffer): boolean {
  const [area = 0] = key;
  if (area === areas.journal || area === areas.operation || area === areas.radio) return true;
  const [from = 0] = tablesRange.gte;
  const [to = 0] = tablesRange.lt;
  return area >= from && area < to && area !== lockKeyArea;
}

function keyOfAccount(text: string): Buffer {
  const value: unknown = JSON.parse(text);
  const isKept = typeof value === "object" && value !== null && "account" in value;
  if (!isKept || typeof value.account !== "string") throw damaged("has no account");
  return encodeKey(verificationArea, [value.account]);
}

function damaged(fault: string, cause?: unknown): StoreFailure {
  return new StoreFailure("damaged", `a sealed record ${fault}`, { cause });
}
