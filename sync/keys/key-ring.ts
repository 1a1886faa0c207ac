import { promises as files } from "node:fs";
import { dirname } from "node:path";
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from "jose";
import { replaceFile } from "../../daemon/base/durable-file.ts";
import type { JsonObject } from "../../daemon/base/json.ts";
import type { KeyPort } from "../../daemon/commands/ports.ts";
import { GatewayError } from "../../daemon/core/model/errors.ts";
import { type CloudKey, readCloudKeys } from "./cloud-keys.ts";

/** The gateway's own key agreement. */
const algorithm = "ECDH-ES+A256KW";
/** The current key, and the one before it for what was encrypted before the cloud knew of the change. */
const maxOwnKeys = 2;
const maxFileBytes = 16 * 1024;

/** As it stands in the file: a private JWK with its age. */
interface StoredKey extends JWK {
  readonly created_at_ms?: unknown;
}

interface OwnKey {
  readonly kid: string;
  readonly createdAtMs: number;
  /** Private. */
  readonly jwk: JWK;
  readonly key: CryptoKey;
}

/**
 * The keys of the end-to-end protection: the gateway's own, to which the cloud encrypts, in a file
 * that only it may read; and the cloud's, from a file that people put there.
 */
export class KeyRing implements KeyPort {
  readonly #file: string;
  readonly #cloud: readonly CloudKey[];
  readonly #nowMs: () => number;
  /** The newest first. */
  #own: readonly OwnKey[];
  #turning: Promise<unknown> = Promise.resolve();

  private constructor(
    file: string,
    cloud: readonly CloudKey[],
    own: readonly OwnKey[],
    nowMs: () => number,
  ) {
    this.#file = file;
    this.#cloud = cloud;
    this.#own = own;
    this.#nowMs = nowMs;
  }

  /**
   * Reads both files; the gateway's own is made at the first start.
   * @throws GatewayError `badParameters` when a file is malformed, or the own one open to others
   */
  static async open(ports: {
    readonly ownFile: string;
    readonly cloudFile: string;
    /** ms UTC */
    nowMs(): number;
  }): Promise<KeyRing> {
    const cloud = await readCloudKeys(ports.cloudFile);
    const own = await readOwnKeys(ports.ownFile);
    const ring = new KeyRing(ports.ownFile, cloud, own, ports.nowMs);
    if (own.length === 0) await ring.rotate();
    return ring;
  }

  /** The id of the key to which the cloud is to encrypt. */
  get currentKid(): string {
    return this.#own[0]?.kid ?? "";
  }

  /** The gateway's own private key; undefined for one it does not have, or not any more. */
  ownKey(kid: string): CryptoKey | undefined {
    return this.#own.find((key) => key.kid === kid)?.key;
  }

  /** Is there a key by which the cloud signs? */
  get canVerify(): boolean {
    return this.#cloud.some(({ use }) => use === "sig");
  }

  /** A key by which the cloud signs. */
  signingKey(kid: string): CryptoKey | undefined {
    return this.#cloud.find((key) => key.use === "sig" && key.kid === kid)?.key;
  }

  /** The key to which codes for the cloud are encrypted: the first of its kind in the file. */
  encryptionKey(): CloudKey | undefined {
    return this.#cloud.find(({ use }) => use === "enc");
  }

  show(): JsonObject {
    return {
      gateway: this.#own.map((key, index) => ({
        kid: key.kid,
        created_at: Math.floor(key.createdAtMs / 1000),
        is_current: index === 0,
        public_key: publicOf(key),
      })),
      cloud: this.#cloud.map(({ kid, use }) => ({ kid, use })),
    };
  }

  /** Makes a new key of the gateway's own; the one before still opens what comes. One at a time. */
  async rotate(): Promise<JsonObject> {
    const turn = this.#turning.then(() => this.#rotateNow());
    this.#turning = turn.catch(() => {});
    await turn;
    return this.show();
  }

  async #rotateNow(): Promise<void> {
    const { privateKey } = await generateKeyPair(algorithm, { crv: "P-256", extractable: true });
    const jwk = await exportJWK(privateKey);
    const kid = await calculateJwkThumbprint(jwk);
    const fresh = { kid, createdAtMs: this.#nowMs(), jwk, key: privateKey };
    const own = [fresh, ...this.#own].slice(0, maxOwnKeys);
    await writeOwnKeys(this.#file, own);
    this.#own = own;
  }
}

function publicOf({ kid, jwk: { kty = "", crv = "", x = "", y = "" } }: OwnKey): JsonObject {
  return { kty, crv, x, y, kid, use: "enc", alg: algorithm };
}

/** Writes the gateway's own keys; after a power cut a key that was replaced does not come back. */
async function writeOwnKeys(file: string, own: readonly OwnKey[]): Promise<void> {
  const keys = own.map(({ kid, createdAtMs, jwk }) => ({
    ...jwk,
    kid,
    created_at_ms: createdAtMs,
  }));
  await files.mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(file, `${JSON.stringify({ keys })}\n`);
}

async function readOwnKeys(file: string): Promise<readonly OwnKey[]> {
  const found = await files.stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (found === null) return [];
  if ((found.mode & 0o077) !== 0) throw fault(file, "it must have mode 0600");
  if (found.size > maxFileBytes) throw fault(file, "it is too long");
  const own: OwnKey[] = [];
  for (const stored of storedKeys(file, await files.readFile(file, "utf8"))) {
    const { kid, created_at_ms: createdAtMs, ...jwk } = stored;
    if (typeof kid !== "string" || typeof createdAtMs !== "number") throw fault(file, "malformed");
    const key = await importJWK(jwk, algorithm).catch(() => null);
    if (key === null || key instanceof Uint8Array) throw fault(file, "it holds a malformed key");
    own.push({ kid, createdAtMs, jwk, key });
  }
  return own;
}

function storedKeys(file: string, text: string): readonly StoredKey[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The engine's message may quote the key.
    throw fault(file, "it is not JSON");
  }
  const keys = typeof value === "object" && value !== null && "keys" in value ? value.keys : null;
  if (!Array.isArray(keys) || keys.length === 0) throw fault(file, "it holds no keys");
  return keys;
}

function fault(file: string, what: string): GatewayError {
  return new GatewayError("badParameters", `the gateway's key file ${file}: ${what}`);
}
