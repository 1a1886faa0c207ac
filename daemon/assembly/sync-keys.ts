import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Protection } from "../../sync/options.ts";
import type { KeyPort } from "../commands/ports.ts";
import type { Config } from "../config/config.ts";
import { GatewayError } from "../core/model/errors.ts";

/** Returns the end-to-end protection, or null if it is not configured. */
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
 * Returns the key of the digests: the configured one, which the cloud has too, or one of the gateway's own, with
 * which the cloud can only see that something has changed.
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
