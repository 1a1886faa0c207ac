import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { der } from "./der.ts";

/** Certificate and key as PEM. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

const oids = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  extKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

/** Fixed times, because the gateway's clock may be wrong when it makes its certificate. */
const validity = { from: "200101000000", until: "491231235959" } as const;

/**
 * Makes a self-signed certificate (X.509 v3, ECDSA P-256), which clients trust by its fingerprint. It cannot sign
 * others.
 * @param names host names and addresses under which the gateway is reached
 */
export function selfSigned(names: readonly string[]): ServerIdentity {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der.sequence(der.oid(oids.ecdsaWithSha256));
  const name = der.sequence(
    der.set(der.sequence(der.oid(oids.commonName), der.utf8((names[0] ?? "latchd").slice(0, 64)))),
  );
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(randomBytes(16)),
    algorithm,
    name,
    der.sequence(der.utcTime(validity.from), der.utcTime(validity.until)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der.explicit(3, extensions(names)),
  );
  const signature = sign("sha256", body, privateKey);
  const whole = der.sequence(body, algorithm, der.bitString(signature));
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  return { cert: pem(whole), key: key.toString() };
}

function extensions(names: readonly string[]): Buffer {
  const isCritical = der.boolean(true);
  return der.sequence(
    der.sequence(der.oid(oids.basicConstraints), isCritical, der.octets(der.sequence())),
    // digitalSignature, the first bit of eight.
    der.sequence(der.oid(oids.keyUsage), isCritical, der.octets(der.bitString(Buffer.of(0x80), 7))),
    der.sequence(der.oid(oids.extKeyUsage), der.octets(der.sequence(der.oid(oids.serverAuth)))),
    der.sequence(der.oid(oids.subjectAltName), der.octets(der.sequence(...names.map(generalName)))),
  );
}

/** RFC 5280, 4.2.1.6: [2] dNSName, [7] iPAddress. */
function generalName(name: string): Buffer {
  return isIP(name) === 0
    ? der.implicit(2, Buffer.from(name, "latin1"))
    : der.implicit(7, addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  // The URL parser writes all groups of an IPv6 address, except those that `::` stands for.
  const plain = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [front = "", back] = plain.split("::");
  const head = front === "" ? [] : front.split(":");
  const tail = back === undefined || back === "" ? [] : back.split(":");
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  const groups = [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/** Returns the SHA-256 of a certificate as clients show it: `AB:CD:…`. */
export function fingerprintOf(cert: string): string {
  const digest = createHash("sha256").update(new X509Certificate(cert).raw).digest();
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
}
