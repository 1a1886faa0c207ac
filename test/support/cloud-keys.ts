import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompactEncrypt,
  CompactSign,
  type CryptoKey,
  compactDecrypt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from "jose";
import type { Fields } from "./gateway-view.ts";

/** The cloud's side of the end-to-end protection: its keys, and what it does with them. */
export class CloudKeys {
  readonly #signing: CryptoKey;
  readonly #opening: CryptoKey;
  readonly #directory: string;
  /** The file with its public keys, as the gateway gets it. */
  readonly file: string;

  private constructor(signing: CryptoKey, opening: CryptoKey, directory: string) {
    this.#signing = signing;
    this.#opening = opening;
    this.#directory = directory;
    this.file = join(directory, "cloud-keys.json");
  }

  static async make(): Promise<CloudKeys> {
    const signing = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    const opening = await generateKeyPair("ECDH-ES+A256KW", { crv: "P-256", extractable: true });
    const directory = await mkdtemp(join(tmpdir(), "latchd-cloud-keys-"));
    const cloud = new CloudKeys(signing.privateKey, opening.privateKey, directory);
    const keys = [
      { ...(await exportJWK(signing.publicKey)), kid: "sign-1", use: "sig" },
      { ...(await exportJWK(opening.publicKey)), kid: "open-1", use: "enc" },
    ];
    await writeFile(cloud.file, JSON.stringify({ keys }));
    return cloud;
  }

  /** Where the gateway may keep its own. */
  get gatewayFile(): string {
    return join(this.#directory, "gateway", "gateway-keys.json");
  }

  /** A message for one gateway, signed. @param more header members beside the right ones */
  async signed(
    gatewayId: string,
    kind: "command" | "sync",
    fields: Fields,
    more: { readonly kid?: string; readonly typ?: string; readonly jwk?: JWK } = {},
  ): Promise<string> {
    const claims = { gw: gatewayId, iat: Math.floor(Date.now() / 1000), ...fields };
    const header = { alg: "EdDSA", kid: "sign-1", typ: `latch-${kind}`, ...more };
    return await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader(header)
      .sign(this.#signing);
  }

  /** A signed message, encrypted to the public key that the gateway shows. */
  async encrypted(signed: string, publicKey: JWK): Promise<string> {
    const key = await importJWK(publicKey, "ECDH-ES+A256KW");
    return await new CompactEncrypt(Buffer.from(signed))
      .setProtectedHeader({
        alg: "ECDH-ES+A256KW",
        enc: "A256GCM",
        kid: publicKey.kid ?? "",
        cty: "JWS",
      })
      .encrypt(key);
  }

  /** What a record keeps from the broker. @throws when it is not from this place of the journal */
  async opened(gatewayId: string, fields: Fields): Promise<Fields> {
    const { plaintext, protectedHeader } = await compactDecrypt(
      String(fields["sealed"]),
      this.#opening,
      { keyManagementAlgorithms: ["ECDH-ES+A256KW"], contentEncryptionAlgorithms: ["A256GCM"] },
    );
    const { gw, epoch, seq } = protectedHeader;
    if (gw !== gatewayId || epoch !== fields["epoch"] || seq !== fields["seq"]) {
      throw new Error("sealed for another place");
    }
    const secret: Fields = JSON.parse(Buffer.from(plaintext).toString());
    return secret;
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}
