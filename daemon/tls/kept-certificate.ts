import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { replaceFile } from "../base/durable-file.ts";
import type { Secret } from "../core/model/secret.ts";
import type { KeyedCertificate } from "./certificate-order.ts";

const certBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/;
const keyBlock = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----[^-]+-----END \1?PRIVATE KEY-----\n?/;

/**
 * Returns certificate and key of a file that {@link keep} wrote, or null if there is none.
 * @throws (rejects) when they are damaged, or the key opens with another passphrase only
 */
export async function readKept(
  path: string,
  passphrase: Secret | null,
): Promise<KeyedCertificate | null> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw cause;
  });
  if (text === null) return null;
  const cert = certBlock.exec(text)?.[0] ?? "";
  const sealed = keyBlock.exec(text)?.[0] ?? "";
  const opens = passphrase === null ? {} : { passphrase: passphrase.reveal() };
  const privateKey = createPrivateKey({ key: sealed, format: "pem", ...opens });
  if (!new X509Certificate(cert).checkPrivateKey(privateKey)) {
    throw new Error(`${path} has a key of another certificate`);
  }
  return { cert, key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

/** Keeps both in one file, so that there is no moment at which the key is another certificate's. */
export async function keep(
  path: string,
  { cert, key }: KeyedCertificate,
  passphrase: Secret | null,
): Promise<void> {
  const sealed =
    passphrase === null ? {} : { cipher: "aes-256-cbc", passphrase: passphrase.reveal() };
  const text = createPrivateKey(key).export({ type: "pkcs8", format: "pem", ...sealed });
  await replaceFile(path, `${text.toString()}${cert}`);
}
