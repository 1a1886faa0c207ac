import { promises as files } from "node:fs";
import { replaceFile } from "../../base/durable-file.ts";
import type { CommandReply } from "../../commands/execution.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { DaemonClient } from "../daemon-client.ts";

/**
 * Writes everything the gateway is made of into one sealed file.
 * @returns the reply without the backup itself
 * @throws GatewayError `badParameters` when the passphrase cannot be read, DaemonUnreachable
 */
export async function writeBackup(
  client: DaemonClient,
  file: string,
  passphraseFile: string,
): Promise<CommandReply> {
  const passphrase = await passphraseFrom(passphraseFile);
  const { backup, ...reply } = await client.command("make_backup", { passphrase });
  if (reply.ErrNo !== 0 || typeof backup !== "string") return reply;
  const sealed = Buffer.from(backup, "base64");
  // Replaces the file at the end, so that a full disk does not cost the older backup.
  await replaceFile(file, sealed);
  return { ...reply, file, bytes: sealed.length };
}

async function passphraseFrom(file: string): Promise<string> {
  try {
    return (await files.readFile(file, "utf8")).trimEnd();
  } catch (cause) {
    throw new GatewayError("badParameters", `--passphrase-file: ${file} cannot be read`, { cause });
  }
}
