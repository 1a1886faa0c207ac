import { createHash, generateKeyPairSync, type JsonWebKey, randomBytes } from "node:crypto";
import { promises as files } from "node:fs";
import { join } from "node:path";
import { GatewayError } from "../../core/model/errors.ts";

/**
 * Writes the keys of the gateway and of its cloud into a folder.
 * @throws GatewayError `badParameters` when one of the files exists already
 */
export async function makeKeys(folder: string, nowMs: number): Promise<void> {
  const signing = keyPair("sig");
  const sealing = keyPair("enc");
  const gateway = keyPair("enc");
  const own = { ...gateway.privateKey, created_at_ms: nowMs };
  await files.mkdir(folder, { recursive: true, mode: 0o700 });
  await write(folder, "cloud-keys.json", { keys: [signing.publicKey, sealing.publicKey] }, 0o644);
  await write(
    folder,
    "cloud-private-keys.json",
    { keys: [signing.privateKey, sealing.privateKey] },
    0o600,
  );
  await write(folder, "gateway-keys.json", { keys: [own] }, 0o600);
  await write(folder, "gateway-public-key.json", gateway.publicKey, 0o644);
  await write(folder, "digest.key", randomBytes(32).toString("hex"), 0o600);
}

interface KeyPair {
  readonly privateKey: JsonWebKey;
  readonly publicKey: JsonWebKey;
}

/** Returns an Ed25519 pair for signatures, or a P-256 pair for encryption. */
function keyPair(use: "sig" | "enc"): KeyPair {
  const { privateKey, publicKey } =
    use === "sig"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const shown = publicKey.export({ format: "jwk" });
  const alg = use === "sig" ? "EdDSA" : "ECDH-ES+A256KW";
  const named = { kid: thumbprintOf(shown), use, alg };
  return {
    privateKey: { ...privateKey.export({ format: "jwk" }), ...named },
    publicKey: { ...shown, ...named },
  };
}

/** Returns the JWK thumbprint (RFC 7638): the hash of the required members in the order of their names. */
function thumbprintOf({ crv, kty, x, y }: JsonWebKey): string {
  const members = JSON.stringify({ crv, kty, x, y });
  return createHash("sha256").update(members).digest("base64url");
}

async function write(folder: string, name: string, content: object | string, mode: number) {
  const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  const file = join(folder, name);
  try {
    await files.writeFile(file, `${text}\n`, { flag: "wx", mode, flush: true });
  } catch (cause) {
    throw new GatewayError("badParameters", `folder: ${file} cannot be made, or is there already`, {
      cause,
    });
  }
}

/** Returns what the person does with the files in the folder. */
export function nextSteps(folder: string): string {
  return `made in ${folder}:
  for the gateway  cloud-keys.json, gateway-keys.json, digest.key
  for the cloud    cloud-private-keys.json, gateway-public-key.json, digest.key
On the gateway, while latchd is stopped:
  install -o latchd -g latchd -m 600 ${folder}/gateway-keys.json /var/lib/latchd/keys/gateway-keys.json
  install -o root -g latchd -m 640 ${folder}/cloud-keys.json ${folder}/digest.key /etc/latchd/
and in /etc/latchd/latchd.yaml:
  sync:
    digest_key_file: /etc/latchd/digest.key
    protection: { commands: signed, codes: sealed, cloud_keys_file: /etc/latchd/cloud-keys.json }
Give the cloud its files by another way than the broker, then remove ${folder}.`;
}
