import { promises as files } from "node:fs";
import type { Command as CommanderCommand } from "commander";
import { replaceFile } from "../base/durable-file.ts";
import type { CommandReply } from "../commands/execution.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { DaemonClient } from "./daemon-client.ts";

interface BackupOptions {
  readonly passphraseFile: string;
}

/** `latchctl backup FILE`: everything the gateway is made of, in one sealed file. */
export function addBackup(
  root: CommanderCommand,
  how: {
    client(): DaemonClient;
    /** Prints a reply without the backup itself, and sets the exit code. */
    finish(reply: CommandReply): void;
  },
): void {
  root
    .command("backup")
    .description("Write everything the gateway is made of into one sealed file")
    .argument("<file>", "where it is written; an older one is replaced")
    .requiredOption("--passphrase-file <file>", "file with the passphrase, 12 characters or more")
    .addHelpText("after", "\nOn a new machine: latchd --restore FILE --passphrase-file FILE")
    .action(async (file: string, options: BackupOptions) => {
      const passphrase = await passphraseFrom(options.passphraseFile);
      const { backup, ...reply } = await how.client().command("make_backup", { passphrase });
      if (reply.ErrNo !== 0 || typeof backup !== "string") {
        how.finish(reply);
        return;
      }
      const sealed = Buffer.from(backup, "base64");
      // A full disk must not cost the older backup.
      await replaceFile(file, sealed);
      how.finish({ ...reply, file, bytes: sealed.length });
    });
}

async function passphraseFrom(file: string): Promise<string> {
  try {
    return (await files.readFile(file, "utf8")).trimEnd();
  } catch (cause) {
    throw new GatewayError("badParameters", `--passphrase-file: ${file} cannot be read`, { cause });
  }
}
