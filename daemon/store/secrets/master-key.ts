import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { promises as files } from "node:fs";
import { createFile } from "../../base/durable-file.ts";
import { checkOwner, ExposedPath, modeText } from "../../base/private-path.ts";
import { errorCode, StoreFailure } from "../store-failure.ts";

const keyBytes = 32;
const hexKey = /^[0-9a-f]{64}$/i;
const base64urlKey = /^[A-Za-z0-9_-]{43}$/;
/** Limit of a key file's bytes: no form of a key is longer. */
const maxFileBytes = 128;

/** The gateway's own 256-bit key. It prints as `[secret]`, and only keys derived from it are used. */
export class MasterKey {
  readonly #bytes: Buffer;
  /** Identifies the key without revealing it; kept in the store. */
  readonly fingerprint: string;

  constructor(bytes: Uint8Array) {
    if (bytes.length !== keyBytes) {
      throw new StoreFailure("masterKey", `a master key has ${keyBytes} bytes`);
    }
    this.#bytes = Buffer.from(bytes);
    this.fingerprint = createHmac("sha256", this.#bytes)
      .update("latchd key fingerprint")
      .digest()
      .subarray(0, 16)
      .toString("base64url");
  }

  /** Returns a 256-bit key for one purpose (HKDF-SHA-256, RFC 5869). */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync("sha256", this.#bytes, "latchd", purpose, keyBytes));
  }

  /** Returns the key itself. Only a sealed backup may contain it. */
  reveal(): Buffer {
    return Buffer.from(this.#bytes);
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/**
 * Reads a master key: 32 bytes raw, or as hex or base64url text.
 * @param origin `file`: it must belong to this user, and nobody else may have a right to it. `credential`: a systemd
 * credential, whose access list looks like a group's right to read
 * @throws StoreFailure `masterKey` when it is missing, open to others or malformed.
 */
export async function loadMasterKey(
  path: string,
  origin: "file" | "credential" = "file",
): Promise<MasterKey> {
  const bytes = await readKeyFile(path, origin);
  const text = bytes.toString("latin1").trim();
  if (bytes.length === keyBytes) {
    return new MasterKey(bytes);
  }
  if (hexKey.test(text)) {
    return new MasterKey(Buffer.from(text, "hex"));
  }
  if (base64urlKey.test(text)) {
    return new MasterKey(Buffer.from(text, "base64url"));
  }
  throw new StoreFailure(
    "masterKey",
    `${path} holds no master key: 32 bytes raw, 64 hex digits or 43 base64url characters are needed`,
  );
}

async function readKeyFile(path: string, origin: "file" | "credential"): Promise<Buffer> {
  const forbidden = origin === "file" ? 0o077 : 0o037;
  try {
    const file = await files.open(path, "r");
    try {
      const { mode, size, uid } = await file.stat();
      if (origin === "file") checkOwner(path, uid);
      if ((mode & forbidden) !== 0) {
        const detail = `${path} has mode ${modeText(mode)}; it must be 0600`;
        throw new StoreFailure("masterKey", detail);
      }
      if (size > maxFileBytes) {
        throw new StoreFailure("masterKey", `${path} is ${size} bytes, too long for a master key`);
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof StoreFailure) {
      throw error;
    }
    if (error instanceof ExposedPath) {
      throw new StoreFailure("masterKey", error.message, { cause: error });
    }
    const reason = errorCode(error) ?? "unknown error";
    throw new StoreFailure("masterKey", `the master key ${path} cannot be read: ${reason}`, {
      cause: error,
    });
  }
}

/**
 * Makes a master key and its file (base64url, 0600), durably. The file is never incomplete, and an existing one is
 * never replaced: without its key a store is lost.
 * @throws StoreFailure `masterKey` when there is one already or it cannot be written.
 */
export async function createMasterKey(path: string): Promise<MasterKey> {
  const bytes = randomBytes(keyBytes);
  try {
    await createFile(path, `${bytes.toString("base64url")}\n`);
  } catch (error) {
    const reason = errorCode(error) ?? "unknown error";
    throw new StoreFailure("masterKey", `the master key ${path} cannot be made: ${reason}`, {
      cause: error,
    });
  }
  return new MasterKey(bytes);
}
