import { Argument, type Command as CommanderCommand } from "commander";
import { exitCodes } from "./exit-codes.ts";
import type { Session } from "./session.ts";
import type { Terminal } from "./terminal/terminal.ts";
import type { PageLinkOptions } from "./tools/page-link.ts";
import type { PairOptions } from "./tools/pair.ts";

/*
 * The commands of latchctl that are no command of the API. Each loads its code when it runs, because every
 * run of latchctl builds the whole list of commands first.
 */

/** Adds `latchctl health`. */
export function addHealth(root: CommanderCommand, session: Session): void {
  root
    .command("health")
    .description("Show how the daemon's parts are; exits with 1 when one is down")
    .action(async () => {
      const reply = await session.client().health();
      session.finish(reply);
      if (reply["state"] === "down") session.end(exitCodes.refused);
    });
}

/** Adds `latchctl events`. */
export function addEvents(root: CommanderCommand, session: Session): void {
  root
    .command("events")
    .description("Wait for the next live event, or watch them all")
    .option("--follow", "continue until interrupted", false)
    .action(async (options: { readonly follow: boolean }) => {
      const { eventText } = await import("./terminal/reply-text.ts");
      for await (const event of session.client().events()) {
        session.terminal.out(`${session.isJson() ? event : eventText(event)}\n`);
        if (!options.follow) return;
      }
    });
}

/** Adds `latchctl backup FILE`. */
export function addBackup(root: CommanderCommand, session: Session): void {
  root
    .command("backup")
    .description("Write everything the gateway is made of into one sealed file")
    .argument("<file>", "where it is written; an older one is replaced")
    .requiredOption("--passphrase-file <file>", "file with the passphrase, 12 characters or more")
    .addHelpText("after", "\nOn a new machine: latchd --restore FILE --passphrase-file FILE")
    .action(async (file: string, options: { readonly passphraseFile: string }) => {
      const { writeBackup } = await import("./tools/backup.ts");
      session.finish(await writeBackup(session.client(), file, options.passphraseFile));
    });
}

/** Adds `latchctl pair`. */
export function addPair(root: CommanderCommand, session: Session): void {
  root
    .command("pair")
    .description("Open the network, show how the pairing goes, and close it again")
    .option("--seconds <seconds>", "how long (1 … 254)", "60")
    .option("--uuid <address>", "let only this device in")
    .option("--install-code <text>", "the lock's install code or the text of its QR code")
    .option("--any", "let in any device that comes")
    .option("--count <locks>", "end after this number of locks", "1")
    .action(async (options: PairOptions) => {
      const { pair } = await import("./tools/pair.ts");
      session.end((await pair(session, options)) ? exitCodes.ok : exitCodes.refused);
    });
}

/** Adds `latchctl page`. */
export function addPage(root: CommanderCommand, session: Session): void {
  root
    .command("page")
    .description("Show the page's address, with a QR code and what lets a person in")
    .option("--pass <length>", "make an installer's pass: 30m, 4h or 2d")
    .option("--for <name>", "for whom the pass is")
    .option("--home <id...>", "the homes that the pass is for; without it all")
    .action(async (options: PageLinkOptions) => {
      const { showPageLink } = await import("./tools/page-link.ts");
      await showPageLink(session, options);
    });
}

/** Adds `latchctl doctor`. */
export function addDoctor(root: CommanderCommand, session: Session): void {
  root
    .command("doctor")
    .description("Check everything a technician would, and say what to do")
    .action(async () => {
      const { examine } = await import("./doctor/doctor.ts");
      session.end((await examine(session)) ? exitCodes.ok : exitCodes.refused);
    });
}

/** Adds `latchctl support FILE`. */
export function addSupport(root: CommanderCommand, session: Session): void {
  root
    .command("support")
    .description("Write a file for who helps from afar: doctor, store, disk, last log lines")
    .argument("<file>", "where it is written; an older one is replaced")
    .addHelpText("after", "\nIt has no codes and no keys; names are replaced by pseudonyms.")
    .action(async (file: string) => {
      const { writeSupport } = await import("./doctor/support.ts");
      session.finish(await writeSupport(session, file));
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
      const { makeKeys, nextSteps } = await import("./tools/make-keys.ts");
      await makeKeys(folder, Date.now());
      terminal.out(`${nextSteps(folder)}\n`);
    });
}

/** Adds `latchctl completion bash`: source it, or put it into /usr/share/bash-completion/completions. */
export function addCompletion(root: CommanderCommand, terminal: Terminal): void {
  root
    .command("completion")
    .description("Print a script that completes words on Tab")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh"]))
    .action(async (shell: string) => {
      const { completionScript } = await import("./tools/completion.ts");
      terminal.out(completionScript(root, shell === "zsh"));
    });
}
