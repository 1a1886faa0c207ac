import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../core/model/errors.ts";

/** scrypt with 16 MiB of memory: about 50 ms on a small machine. */
const cost = { N: 2 ** 14, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const hashBytes = 32;
const saltBytes = 16;
/** Most hashes that are computed at one time; a further one is refused. */
const maxRunning = 4;

/** A salted slow hash, both parts base64url. */
export interface SaltedHash {
  readonly salt: string;
  readonly hash: string;
}

let running = 0;

/** Returns a salted hash. @throws (rejects) GatewayError `busy`. */
export async function slowHash(text: string): Promise<SaltedHash> {
  const salt = randomBytes(saltBytes);
  const hash = await hashed(text, salt);
  return { salt: salt.toString("base64url"), hash: hash.toString("base64url") };
}

/** Returns whether it is the hash of the text. @throws (rejects) GatewayError `busy`. */
export async function isHashOf({ salt, hash }: SaltedHash, text: string): Promise<boolean> {
  const given = await hashed(text, Buffer.from(salt, "base64url"));
  const stored = Buffer.from(hash, "base64url");
  return stored.length === given.length && timingSafeEqual(stored, given);
}

function hashed(text: string, salt: Uint8Array): Promise<Buffer> {
  if (running >= maxRunning) {
    throw new GatewayError("busy", "password: too many are being checked; try again later");
  }
  running += 1;
  return new Promise<Buffer>((resolve, reject) => {
    scrypt(text, salt, hashBytes, cost, (error, key) => {
      running -= 1;
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
