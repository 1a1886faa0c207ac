import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { KeyedCertificate } from "./certificate-order.ts";
import type { CertificateSource } from "./served-certificate.ts";

/** Returns a source that reads files which somebody else renews. */
export function certificateFiles(certFile: string, keyFile: string): CertificateSource {
  return async () => ({ ...(await readPair(certFile, keyFile)), authority: null });
}

/** @throws (rejects) when a file cannot be read, or certificate and key are not of one pair: one may be new already */
export async function readPair(certFile: string, keyFile: string): Promise<KeyedCertificate> {
  const [cert, key] = await Promise.all([readFile(certFile, "utf8"), readFile(keyFile, "utf8")]);
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error(`the key in ${keyFile} is not the one of the certificate in ${certFile}`);
  }
  return { cert, key };
}
