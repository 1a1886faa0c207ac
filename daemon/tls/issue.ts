import "reflect-metadata";
import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type {
  CertificateOrder,
  IssuedCertificates,
  KeyedCertificate,
  NewAuthority,
} from "./certificate-order.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const serverAuth = "1.3.6.1.5.5.7.3.1";

/** RFC 5280, A.1: ub-common-name. */
const longestName = 64;

type KeyPair = webcrypto.CryptoKeyPair;

/** Makes what is ordered: ECDSA P-256, version 3. The authority signs servers only, no other authority. */
export async function issue(order: CertificateOrder): Promise<IssuedCertificates> {
  const authority =
    "cert" in order.authority ? order.authority : await newAuthority(order.authority);
  const { names, fromMs, untilMs } = order.server;
  const issuer = new X509Certificate(authority.cert);
  const keys = await newKeys();
  const cert = await X509CertificateGenerator.create(
    {
      serialNumber: newSerial(),
      subject: subjectOf(names[0] ?? "latchd"),
      issuer: issuer.subjectName,
      notBefore: new Date(fromMs),
      notAfter: new Date(untilMs),
      publicKey: keys.publicKey,
      signingKey: await signingKeyOf(authority.key),
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([serverAuth]),
        new SubjectAlternativeNameExtension(names.map(generalName)),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { authority, server: { cert: textOf(cert), key: await privateKeyOf(keys) } };
}

async function newAuthority({ name, fromMs, untilMs }: NewAuthority): Promise<KeyedCertificate> {
  const keys = await newKeys();
  const extensions: Extension[] = [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
  ];
  const cert = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerial(),
      name: subjectOf(name),
      notBefore: new Date(fromMs),
      notAfter: new Date(untilMs),
      keys,
      signingAlgorithm: algorithm,
      extensions,
    },
    webcrypto,
  );
  return { cert: textOf(cert), key: await privateKeyOf(keys) };
}

async function newKeys(): Promise<KeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function signingKeyOf(key: string): Promise<webcrypto.CryptoKey> {
  const bytes = createPrivateKey(key).export({ type: "pkcs8", format: "der" });
  return await webcrypto.subtle.importKey("pkcs8", bytes, algorithm, false, ["sign"]);
}

async function privateKeyOf({ privateKey }: KeyPair): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey));
  const key = createPrivateKey({ key: bytes, type: "pkcs8", format: "der" });
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function textOf(cert: X509Certificate): string {
  return `${cert.toString("pem")}\n`;
}

/** Positive, and never 0: RFC 5280, 4.1.2.2. */
function newSerial(): string {
  return `7${randomBytes(16).toString("hex").slice(1)}`;
}

function subjectOf(name: string): JsonName {
  return [{ CN: [name.slice(0, longestName)] }];
}

function generalName(value: string): { readonly type: "dns" | "ip"; readonly value: string } {
  return { type: isIP(value) === 0 ? "dns" : "ip", value };
}
