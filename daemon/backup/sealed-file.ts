import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

const cipherName = "aes-256-gcm";
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const saltBytes = 16;
const magic = Buffer.from("latchd backup 1\n");
/** Memory-hard: 64 MiB and about a second on a Raspberry Pi for one guess. */
const scryptCost = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 } as const;
/** A gateway's records are a few megabytes; anything larger is something else. */
export const maxBackupBytes = 64 * 1024 * 1024;
/** The same, compressed and sealed. */
export const maxSealedBytes = maxBackupBytes + 1024 * 1024;

/** A backup that cannot be read. The message is a sentence for people. */
export class BackupFault extends Error {
  override readonly name = "BackupFault";
}

/** What opens a backup: a passphrase of a person, or a key of this gateway. */
export type BackupKey =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "key"; readonly key: Buffer };

/**
 * Compresses and seals: magic, kind of key, salt, nonce, AES-256-GCM text of the gzipped bytes, tag. All
 * before the text is additional data of the seal, so that no part of the file can be altered.
 */
export async function seal(content: Uint8Array, key: BackupKey): Promise<Buffer> {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const head = Buffer.concat([magic, Buffer.of(kindByte(key)), salt, nonce]);
  const cipher = createCipheriv(cipherName, await cipherKey(key, salt), nonce);
  cipher.setAAD(head);
  const text = Buffer.concat([cipher.update(gzipSync(content)), cipher.final()]);
  return Buffer.concat([head, text, cipher.getAuthTag()]);
}

/** @throws BackupFault when it is no backup, was altered, or the key is wrong. */
export async function unseal(file: Buffer, key: BackupKey): Promise<Buffer> {
  const headBytes = magic.length + 1 + saltBytes + nonceBytes;
  if (!file.subarray(0, magic.length).equals(magic) || file.length < headBytes + tagBytes) {
    throw new BackupFault("this is no backup of latchd, or it ends early");
  }
  const head = file.subarray(0, headBytes);
  if (head[magic.length] !== kindByte(key)) {
    throw new BackupFault(
      key.kind === "key"
        ? "this backup opens with a passphrase"
        : "this backup is the gateway's own and opens with its key only",
    );
  }
  const salt = head.subarray(magic.length + 1, magic.length + 1 + saltBytes);
  const nonce = head.subarray(-nonceBytes);
  const decipher = createDecipheriv(cipherName, await cipherKey(key, salt), nonce, {
    authTagLength: tagBytes,
  });
  decipher.setAAD(head);
  decipher.setAuthTag(file.subarray(-tagBytes));
  try {
    const packed = [decipher.update(file.subarray(headBytes, -tagBytes)), decipher.final()];
    return gunzipSync(Buffer.concat(packed), { maxOutputLength: maxBackupBytes });
  } catch (cause) {
    throw new BackupFault("the passphrase or key is another one, or the backup was damaged", {
      cause,
    });
  }
}

function kindByte(key: BackupKey): number {
  return key.kind === "passphrase" ? 1 : 2;
}

function cipherKey(key: BackupKey, salt: Buffer): Promise<Buffer> {
  if (key.kind === "key") return Promise.resolve(key.key);
  return new Promise((resolve, reject) => {
    scrypt(key.passphrase.normalize("NFC"), salt, keyBytes, scryptCost, (error, derived) => {
      if (error === null) resolve(derived);
      else reject(error);
    });
  });
}
