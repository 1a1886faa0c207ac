import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Protection } from "../../sync/options.ts";
import type { KeyPort } from "../commands/ports.ts";
import type { Config } from "../config/config.ts";
import { GatewayError } from "../core/model/errors.ts";

/** The end-to-end protection, as it is configured; null = it is not. */
export async function protectionOf(
  config: Config,
  nowMs: () => number,
): Promise<{ readonly protection: Protection; readonly keys: KeyPort } | null> {
  const { commands, codes, cloudKeysFile } = config.sync.protection;
  if (cloudKeysFile === undefined) return null;
  const { openProtection } = await import("../../sync/keys/protection.ts");
  const { protection, ring } = await openProtection({
    ownFile: join(config.dataDir, "keys", "gateway-keys.json"),
    cloudFile: cloudKeysFile,
    commands,
    codes,
    nowMs,
  });
  return { protection, keys: ring };
}

/**
 * The key of the digests: the one that the cloud has too where it is configured, else one of the
 * gateway's own, with which the cloud can still see whether anything has changed.
 * @throws GatewayError `badParameters` when the file holds no key
 */
export async function digestKeyOf(config: Config, own: Buffer): Promise<Buffer> {
  const { digestKeyFile } = config.sync;
  if (digestKeyFile === undefined) return own;
  const text = (await readFile(digestKeyFile, "utf8")).trim();
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    const problem = "sync.digest_key_file: must hold 64 hex digits";
    throw new GatewayError("badParameters", problem, { field: "sync.digest_key_file" });
  }
  return Buffer.from(text, "hex");
}
