import { mkdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { replaceFile } from "../base/durable-file.ts";
import type { TlsSource } from "../config/config.ts";
import { type ServerIdentity, selfSigned } from "./certificate.ts";

/** @throws (rejects) when a file cannot be read or written. */
export async function identityOf(source: TlsSource): Promise<ServerIdentity> {
  switch (source.kind) {
    case "files":
      return read(source.certFile, source.keyFile);
    case "generated":
      return kept(source.directory, source.names);
  }
}

async function read(certFile: string, keyFile: string): Promise<ServerIdentity> {
  const [cert, key] = await Promise.all([readFile(certFile, "utf8"), readFile(keyFile, "utf8")]);
  return { cert, key };
}

async function kept(directory: string, names: readonly string[]): Promise<ServerIdentity> {
  const certFile = join(directory, "cert.pem");
  const keyFile = join(directory, "key.pem");
  try {
    return await read(certFile, keyFile);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOENT")) throw cause;
  }
  const own = [hostname(), `${hostname()}.local`, "localhost", "127.0.0.1", "::1"];
  const made = selfSigned([...new Set([...names, ...own])]);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // The key first: the next start would use a certificate without its key.
  await replaceFile(keyFile, made.key);
  await replaceFile(certFile, made.cert);
  return made;
}
