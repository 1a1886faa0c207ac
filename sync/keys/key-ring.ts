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
/** The current key, and the previous one for messages encrypted before the cloud knew the new one. */
const maxOwnKeys = 2;
const maxFileBytes = 16 * 1024;

/** A key as the file has it: a private JWK with the time of its creation. */
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
 * The keys of the end-to-end protection: the gateway's own ones, to which the cloud encrypts, from a file that
 * only the gateway may read; and the cloud's, from a file that people provide.
 */
export class KeyRing implements KeyPort {
  readonly #file: string;
  readonly #cloud: readonly CloudKey[];
  readonly #nowMs: () => number;
  /** Newest first. */
  #own: readonly OwnKey[];
  #rotation: Promise<unknown> = Promise.resolve();

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
   * Reads both files; the gateway's own one is created at the first start.
   * @throws GatewayError `badParameters` when a file is malformed, or others can read the own one
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

  /** The id of the key to which the cloud must encrypt. */
  get currentKid(): string {
    return this.#own[0]?.kid ?? "";
  }

  /** Returns the gateway's own private key of this id; undefined if it has none, or no longer. */
  ownKey(kid: string): CryptoKey | undefined {
    return this.#own.find((key) => key.kid === kid)?.key;
  }

  /** Whether there is a key to check the cloud's signatures. */
  get canVerify(): boolean {
    return this.#cloud.some(({ use }) => use === "sig");
  }

  /** Returns the cloud's signing key of this id. */
  signingKey(kid: string): CryptoKey | undefined {
    return this.#cloud.find((key) => key.use === "sig" && key.kid === kid)?.key;
  }

  /** Returns the key to which codes for the cloud are encrypted: the first one for this use in the file. */
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

  /** Creates a new own key; the previous one can still decrypt. One rotation at a time. */
  async rotate(): Promise<JsonObject> {
    const turn = this.#rotation.then(() => this.#rotateNow());
    this.#rotation = turn.catch(() => {});
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

/** Writes the gateway's own keys durably: after a power cut a replaced key must not come back. */
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
