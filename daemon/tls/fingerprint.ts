import { X509Certificate } from "node:crypto";

/** Returns the SHA-256 of a certificate as clients show it: `AB:CD:…`. */
export function fingerprintOf(cert: string): string {
  return new X509Certificate(cert).fingerprint256;
}
