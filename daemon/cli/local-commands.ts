import type { Command as CommanderCommand } from "commander";
import { exitCodes } from "./exit-codes.ts";
import type { PairOptions } from "./phrases/pair.ts";
import type { PhraseHost } from "./phrases/phrase-host.ts";
import type { Terminal } from "./terminal/terminal.ts";

/*
 * The commands of latchctl that are no command of the API. Each loads its code when it runs, because every
 * run of latchctl builds the whole list of commands first.
 */

/** Adds `latchctl health`. */
export function addHealth(root: CommanderCommand, host: PhraseHost): void {
  root
    .command("health")
    .description("Show how the daemon's parts are; exits with 1 when one is down")
    .action(async () => {
      const reply = await host.client().health();
      host.finish(reply);
      if (reply["state"] === "down") host.end(exitCodes.refused);
    });
}

/** Adds `latchctl events`. */
export function addEvents(root: CommanderCommand, host: PhraseHost): void {
  root
    .command("events")
    .description("Wait for the next live event, or watch them all")
    .option("--follow", "continue until interrupted", false)
    .action(async (options: { readonly follow: boolean }) => {
      const { eventText } = await import("./terminal/reply-text.ts");
      for await (const event of host.client().events()) {
        host.terminal.out(`${host.isJson() ? event : eventText(event)}\n`);
        if (!options.follow) return;
      }
    });
}

/** Adds `latchctl backup FILE`. */
export function addBackup(root: CommanderCommand, host: PhraseHost): void {
  root
    .command("backup")
    .description("Write everything the gateway is made of into one sealed file")
    .argument("<file>", "where it is written; an older one is replaced")
    .requiredOption("--passphrase-file <file>", "file with the passphrase, 12 characters or more")
    .addHelpText("after", "\nOn a new machine: latchd --restore FILE --passphrase-file FILE")
    .action(async (file: string, options: { readonly passphraseFile: string }) => {
      const { writeBackup } = await import("./backup.ts");
      host.finish(await writeBackup(host.client(), file, options.passphraseFile));
    });
}

/** Adds `latchctl pair`. */
export function addPair(root: CommanderCommand, host: PhraseHost): void {
  root
    .command("pair")
    .description("Open the network, show how the pairing goes, and close it again")
    .option("--seconds <seconds>", "how long (1 … 254)", "60")
    .option("--uuid <address>", "let only this device in")
    .option("--install-code <text>", "the lock's install code or the text of its QR code")
    .option("--any", "let in any device that comes")
    .option("--count <locks>", "end after this number of locks", "1")
    .action(async (options: PairOptions) => {
      const { pair } = await import("./phrases/pair.ts");
      host.end((await pair(host, options)) ? exitCodes.ok : exitCodes.refused);
    });
}

/** Adds `latchctl doctor`. */
export function addDoctor(root: CommanderCommand, host: PhraseHost): void {
  root
    .command("doctor")
    .description("Check everything a technician would, and say what to do")
    .action(async () => {
      const { examine } = await import("./doctor/doctor.ts");
      host.end((await examine(host)) ? exitCodes.ok : exitCodes.refused);
    });
}

/** Adds `latchctl keys make FOLDER`, which needs no daemon. */
export function addMakeKeys(root: CommanderCommand, terminal: Terminal): void {
  const group = root.commands.find((command) => command.name() === "keys");
  (group ?? root.command("keys"))
    .command("make")
    .description("Make the keys of the end-to-end protection for the gateway and for its cloud")
    .argument("<folder>", "a new or empty folder; nothing in it is replaced")
    .action(async (folder: string) => {
      const { makeKeys, nextSteps } = await import("./make-keys.ts");
      await makeKeys(folder, Date.now());
      terminal.out(`${nextSteps(folder)}\n`);
    });
}
