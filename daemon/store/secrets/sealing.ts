import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { LockId } from "../../core/model/door-lock.ts";
import type { CodeMark, NewLockKey, SealedCode } from "../../core/model/sealed-code.ts";
import { PinCode } from "../../core/model/secret.ts";
import type { StoreView } from "../store.ts";
import { StoreFailure } from "../store-failure.ts";
import { LockKeys, type OpenedLockKey } from "./lock-keys.ts";
import type { MasterKey } from "./master-key.ts";
import { oneTimeDigits } from "./one-time-code.ts";

const cipherName = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const markBytes = 16;

/** Separates the id of the lock's key from what it sealed; not a character of base64url. */
const keyIdEnd = ".";

/** Limit of the locks whose mark keys are kept; the least recently used is dropped first. */
const maxCachedLocks = 256;

const noRecords: Pick<StoreView, "get" | "list"> = {
  get: () => undefined,
  list: () => [].values(),
};

/**
 * Seals codes, each with the key of its lock. Without that key all codes, marks and dynamic codes of the lock are
 * unreadable, wherever copies of them are. What belongs to no lock, and what was sealed before locks had keys,
 * is sealed with a key derived from the master key.
 *
 * A box is the id of its key, a dot, and base64url of nonce (96 random bits), AES-256-GCM text and tag. A box
 * without id and dot is sealed with the gateway's own key. `boundTo` is its additional data: a box that was
 * moved to another record or an older revision does not open.
 * A mark is HMAC-SHA-256 of the code, cut to 128 bits, with a key of its lock: marks of different
 * locks cannot be compared.
 */
export class CodeVault {
  readonly #master: MasterKey;
  readonly #gatewayKey: Buffer;
  readonly #lockKeys: LockKeys;
  readonly #markKeys = new Map<LockId, Buffer>();

  /** @param view has the locks' keys; without it no lock has a key of its own */
  constructor(master: MasterKey, view: Pick<StoreView, "get" | "list"> = noRecords) {
    this.#master = master;
    this.#gatewayKey = master.derive("code seal");
    this.#lockKeys = new LockKeys(master, view);
  }

  /** Returns a key for a lock that has none. It is valid when its record is in the store. */
  newLockKey(lock: LockId): NewLockKey {
    const { record, opened } = this.#lockKeys.make(lock);
    return { record, mark: (code) => markOf(opened.mark, code) };
  }

  seal(lock: LockId, code: PinCode, boundTo: string): SealedCode {
    const key = this.#lockKeys.of(lock);
    return key === null
      ? { box: boxOf(this.#gatewayKey, code, boundTo), mark: this.mark(lock, code) }
      : sealedWith(key, code, boundTo);
  }

  /**
   * @throws StoreFailure `sealBroken` when key, binding or box are not those of the sealing, or the lock's key is
   * gone
   */
  open(sealed: SealedCode, boundTo: string): PinCode {
    const { box } = sealed;
    const end = box.indexOf(keyIdEnd);
    if (end < 0) return opened(this.#gatewayKey, box, boundTo);
    const key = this.#lockKeys.byId(box.slice(0, end));
    if (key === null) throw new StoreFailure("sealBroken", "the key of a sealed code is gone");
    return opened(key.seal, box.slice(end + 1), boundTo);
  }

  mark(lock: LockId, code: PinCode): CodeMark {
    return markOf(this.#lockKeys.of(lock)?.mark ?? this.#markKey(lock), code);
  }

  /** Returns a dynamic code. Its secret is derived from the lock's key and never stored. */
  oneTimeCode(lock: LockId, timeStep: number, digits: number): PinCode {
    const key = this.#lockKeys.of(lock);
    const secret = key?.dynamic ?? this.#master.derive(`dynamic code ${lock}`);
    return new PinCode(oneTimeDigits(secret, timeStep, digits));
  }

  #markKey(lock: LockId): Buffer {
    const key = this.#markKeys.get(lock) ?? this.#master.derive(`code mark ${lock}`);
    this.#markKeys.delete(lock);
    this.#markKeys.set(lock, key);
    const [oldest] = this.#markKeys.keys();
    if (this.#markKeys.size > maxCachedLocks && oldest !== undefined) {
      this.#markKeys.delete(oldest);
    }
    return key;
  }
}

/** Seals with a lock's own key. */
export function sealedWith(key: OpenedLockKey, code: PinCode, boundTo: string): SealedCode {
  const box = `${key.keyId}${keyIdEnd}${boxOf(key.seal, code, boundTo)}`;
  return { box, mark: markOf(key.mark, code) };
}

function boxOf(key: Buffer, code: PinCode, boundTo: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(cipherName, key, nonce);
  cipher.setAAD(Buffer.from(boundTo));
  const text = Buffer.concat([cipher.update(code.reveal(), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString("base64url");
}

function opened(key: Buffer, box: string, boundTo: string): PinCode {
  const bytes = Buffer.from(box, "base64url");
  if (bytes.length <= nonceBytes + tagBytes) {
    throw new StoreFailure("sealBroken", "a sealed code is too short");
  }
  const decipher = createDecipheriv(cipherName, key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const code = PinCode.parse(unsealed(decipher, bytes.subarray(nonceBytes, -tagBytes)));
  if (code === null) {
    throw new StoreFailure("sealBroken", "a sealed code holds something other than digits");
  }
  return code;
}

function unsealed(decipher: ReturnType<typeof createDecipheriv>, text: Uint8Array): string {
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
  } catch (error) {
    throw new StoreFailure("sealBroken", "a sealed code does not open with this key and binding", {
      cause: error,
    });
  }
}

function markOf(key: Buffer, code: PinCode): CodeMark {
  return createHmac("sha256", key)
    .update(code.reveal())
    .digest()
    .subarray(0, markBytes)
    .toString("base64url");
}
