import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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
import type { Fields } from "../gateway-view.ts";

interface Pair {
  readonly signing: CryptoKey;
  readonly opening: CryptoKey;
  readonly signingKid?: string;
}

const isToOpen = ({ use }: JWK) => use === "enc";

/** The cloud's side of the end-to-end protection: its keys, and what it does with them. */
export class CloudKeys {
  readonly #signing: CryptoKey;
  readonly #opening: CryptoKey;
  readonly #directory: string;
  readonly #signingKid: string;
  /** The file with its public keys, as the gateway gets it. */
  readonly file: string;

  private constructor({ signing, opening, signingKid = "sign-1" }: Pair, directory: string) {
    this.#signing = signing;
    this.#opening = opening;
    this.#signingKid = signingKid;
    this.#directory = directory;
    this.file = join(directory, "cloud-keys.json");
  }

  /** The keys that `latchctl keys make` has put into a folder. */
  static async load(folder: string): Promise<CloudKeys> {
    const text = await readFile(join(folder, "cloud-private-keys.json"), "utf8");
    const { keys }: { readonly keys: readonly JWK[] } = JSON.parse(text);
    const [sign, open] = [keys.find(({ use }) => use === "sig"), keys.find(isToOpen)];
    if (sign?.kid === undefined || open === undefined) throw new Error(`${folder}: no keys`);
    const signing = await importJWK(sign, "EdDSA");
    const opening = await importJWK(open, "ECDH-ES+A256KW");
    if (signing instanceof Uint8Array || opening instanceof Uint8Array) {
      throw new Error(`${folder}: no key pairs`);
    }
    return new CloudKeys({ signing, opening, signingKid: sign.kid }, folder);
  }

  static async make(): Promise<CloudKeys> {
    const signing = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    const opening = await generateKeyPair("ECDH-ES+A256KW", { crv: "P-256", extractable: true });
    const directory = await mkdtemp(join(tmpdir(), "latchd-cloud-keys-"));
    const pair = { signing: signing.privateKey, opening: opening.privateKey };
    const cloud = new CloudKeys(pair, directory);
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
    const header = { alg: "EdDSA", kid: this.#signingKid, typ: `latch-${kind}`, ...more };
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

  /**
   * Returns the part of a record that is sealed from the broker. @throws if it is not from this place in the journal
   */
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
