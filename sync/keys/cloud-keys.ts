import { promises as files } from "node:fs";
import { type CryptoKey, importJWK, type JWK } from "jose";
import { GatewayError } from "../../daemon/core/model/errors.ts";

/** A key of the cloud, with the id that the cloud gave it. */
export interface CloudKey {
  readonly kid: string;
  readonly use: "sig" | "enc";
  readonly key: CryptoKey;
}

/** Two keys that sign, two to encrypt to, and their successors. */
const maxKeys = 8;
const maxFileBytes = 16 * 1024;

/**
 * Reads the cloud's public keys from a file with a JWK set (RFC 7517): Ed25519 to check signatures
 * (`use: sig`), P-256 to encrypt to (`use: enc`). Only this file decides which keys are trusted.
 * @throws GatewayError `badParameters` saying what is wrong with the file
 */
export async function readCloudKeys(file: string): Promise<readonly CloudKey[]> {
  const keys: CloudKey[] = [];
  for (const jwk of await readKeySet(file)) {
    if ("d" in jwk || "k" in jwk) throw fault(file, "it holds a private key");
    const { kid, use } = jwk;
    if (typeof kid !== "string" || !/^[\w.:-]{1,128}$/.test(kid))
      throw fault(file, "a key has no kid");
    if (keys.some((other) => other.kid === kid)) throw fault(file, `two keys are called ${kid}`);
    if (use === "sig" && jwk.kty === "OKP" && jwk.crv === "Ed25519") {
      keys.push({ kid, use: "sig", key: await imported(file, jwk, "EdDSA") });
    } else if (use === "enc" && jwk.kty === "EC" && jwk.crv === "P-256") {
      keys.push({ kid, use: "enc", key: await imported(file, jwk, "ECDH-ES+A256KW") });
    } else {
      throw fault(file, `key ${kid} is neither Ed25519 with use sig nor P-256 with use enc`);
    }
  }
  return keys;
}

async function readKeySet(file: string): Promise<readonly JWK[]> {
  let set: unknown;
  try {
    if ((await files.stat(file)).size > maxFileBytes) throw new Error("too long");
    set = JSON.parse(await files.readFile(file, "utf8"));
  } catch (cause) {
    throw fault(file, "it cannot be read as JSON", cause);
  }
  const keys = typeof set === "object" && set !== null && "keys" in set ? set.keys : null;
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > maxKeys || !keys.every(isJwk)) {
    throw fault(file, `it is no set of 1 … ${maxKeys} keys`);
  }
  return keys;
}

function isJwk(value: unknown): value is JWK {
  return typeof value === "object" && value !== null && "kty" in value;
}

async function imported(file: string, jwk: JWK, alg: string): Promise<CryptoKey> {
  try {
    const key = await importJWK(jwk, alg);
    if (key instanceof Uint8Array) throw new Error("a secret key");
    return key;
  } catch (cause) {
    throw fault(file, `key ${jwk.kid ?? ""} is malformed`, cause);
  }
}

function fault(file: string, what: string, cause?: unknown): GatewayError {
  const text = `cloud_keys_file: ${file}: ${what}`;
  return new GatewayError("badParameters", text, { field: "cloud_keys_file", cause });
}
