import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { LockId } from "../core/door-lock.ts";
import type { CodeMark, SealedCode } from "../core/sealed.ts";
import { PinCode } from "../core/secret.ts";
import type { MasterKey } from "./master-key.ts";
import { oneTimeDigits } from "./one-time-code.ts";
import { StoreFailure } from "./store-failure.ts";

const cipherName = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const markBytes = 16;

/** Locks whose mark keys are kept ready; the one not used for longest makes room. */
const maxCachedLocks = 256;

/**
 * Seals codes with keys derived from the master key, one per purpose.
 *
 * A box is base64url of nonce (96 random bits), AES-256-GCM text and tag. `boundTo` is its
 * additional data: a box that was moved to another record or an older revision does not open.
 * A mark is HMAC-SHA-256 of the code, cut to 128 bits, with a key of its lock: marks of different
 * locks cannot be compared.
 */
export class CodeVault {
  readonly #master: MasterKey;
  readonly #sealKey: Buffer;
  readonly #markKeys = new Map<LockId, Buffer>();

  constructor(master: MasterKey) {
    this.#master = master;
    this.#sealKey = master.derive("code seal");
  }

  seal(lock: LockId, code: PinCode, boundTo: string): SealedCode {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(cipherName, this.#sealKey, nonce);
    cipher.setAAD(Buffer.from(boundTo));
    const text = Buffer.concat([cipher.update(code.reveal(), "utf8"), cipher.final()]);
    const box = Buffer.concat([nonce, text, cipher.getAuthTag()]).toString("base64url");
    return { box, mark: this.mark(lock, code) };
  }

  /** @throws StoreFailure `sealBroken` when key, binding or box are not those of the sealing. */
  open(sealed: SealedCode, boundTo: string): PinCode {
    const box = Buffer.from(sealed.box, "base64url");
    if (box.length <= nonceBytes + tagBytes) {
      throw new StoreFailure("sealBroken", "a sealed code is too short");
    }
    const decipher = createDecipheriv(cipherName, this.#sealKey, box.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(boundTo));
    decipher.setAuthTag(box.subarray(-tagBytes));
    const code = PinCode.parse(unsealed(decipher, box.subarray(nonceBytes, -tagBytes)));
    if (code === null) {
      throw new StoreFailure("sealBroken", "a sealed code holds something other than digits");
    }
    return code;
  }

  mark(lock: LockId, code: PinCode): CodeMark {
    return createHmac("sha256", this.#markKey(lock))
      .update(code.reveal())
      .digest()
      .subarray(0, markBytes)
      .toString("base64url");
  }

  /** The secret of a lock's dynamic codes is derived, never stored. */
  oneTimeCode(lock: LockId, timeStep: number, digits: number): PinCode {
    const secret = this.#master.derive(`dynamic code ${lock}`);
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

function unsealed(decipher: ReturnType<typeof createDecipheriv>, text: Uint8Array): string {
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
  } catch (error) {
    throw new StoreFailure("sealBroken", "a sealed code does not open with this key and binding", {
      cause: error,
    });
  }
}
