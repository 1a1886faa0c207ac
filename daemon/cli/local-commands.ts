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

/** Adds the commands that are latchctl's own. @param served names of the commands that the daemon has */
export function addLocalCommands(
  root: CommanderCommand,
  session: Session,
  served: ReadonlySet<string>,
): void {
  addHealth(root, session);
  addEvents(root, session);
  addBackup(root, session);
  if (served.has("permit_join")) {
    addPair(root, session);
    addInstall(root, session);
  }
  if (served.has("page_link")) addPage(root, session);
  addDoctor(root, session);
  addSupport(root, session);
  addMakeKeys(root, session.terminal);
  addCompletion(root, session);
}

/** Adds `latchctl health`. */
function addHealth(root: CommanderCommand, session: Session): void {
  root
    .command("health")
    .description("Show how the daemon's parts are; exit code 1 if one is down")
    .action(async () => {
      const { healthBlocks } = await import("./views/record-view.ts");
      const reply = await session.client().health();
      session.finish(reply, healthBlocks);
      if (reply["state"] === "down") session.end(exitCodes.refused);
    });
}

/** Adds `latchctl events`. */
function addEvents(root: CommanderCommand, session: Session): void {
  root
    .command("events")
    .description("Wait for the next live event, or watch them all")
    .option("--follow", "continue until interrupted", false)
    .action(async (options: { readonly follow: boolean }) => {
      const { eventText } = await import("./views/event-text.ts");
      const { gatewayTime } = await import("./calls/gateway-time.ts");
      const client = session.client();
      const { timeZone } = await gatewayTime(client);
      for await (const event of client.events()) {
        if (session.isJson()) session.terminal.out(`${event}\n`);
        else session.say(eventText(event, timeZone));
        if (!options.follow) return;
      }
    });
}

/** Adds `latchctl backup FILE`. */
function addBackup(root: CommanderCommand, session: Session): void {
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
function addPair(root: CommanderCommand, session: Session): void {
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
function addPage(root: CommanderCommand, session: Session): void {
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
function addDoctor(root: CommanderCommand, session: Session): void {
  root
    .command("doctor")
    .description("Check everything a technician would, and say what to do")
    .action(async () => {
      const { examine } = await import("./doctor/doctor.ts");
      session.end((await examine(session)) ? exitCodes.ok : exitCodes.refused);
    });
}

/** Adds `latchctl support FILE`. */
function addSupport(root: CommanderCommand, session: Session): void {
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
function addMakeKeys(root: CommanderCommand, terminal: Terminal): void {
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

/** Adds `latchctl install`. */
function addInstall(root: CommanderCommand, session: Session): void {
  root
    .command("install")
    .description("Pair, name and try lock after lock, step by step")
    .option("--seconds <seconds>", "how long the network is open (1 … 254)", "180")
    .action(async ({ seconds }: { readonly seconds: string }) => {
      const [{ install }, { whole }] = await Promise.all([
        import("./install/install.ts"),
        import("./tools/pair.ts"),
      ]);
      const isDone = await install(session, whole("--seconds", seconds));
      session.end(isDone ? exitCodes.ok : exitCodes.refused);
    });
}

/** Adds `latchctl completion bash`: source it, or put it into /usr/share/bash-completion/completions. */
function addCompletion(root: CommanderCommand, session: Session): void {
  root
    .command("completion")
    .description("Print a script that completes words and names on Tab")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh"]))
    .addHelpText("after", completionNote)
    .action(async (shell: string) => {
      const { completionScript } = await import("./tools/completion.ts");
      session.terminal.out(completionScript(root, shell === "zsh"));
    });
  root
    .command("names", { hidden: true })
    .description("Print the names of the locks, rooms or homes, one a line")
    .addArgument(new Argument("<kind>").choices(["lock", "room", "home"]))
    .action(async (kind: string) => {
      const { namesOf } = await import("./tools/names.ts");
      session.terminal.out(await namesOf(session.client(), kind));
    });
}

const completionNote = `
In ~/.bashrc: source <(latchctl completion bash)
In ~/.zshrc, after compinit: source <(latchctl completion zsh)`;
