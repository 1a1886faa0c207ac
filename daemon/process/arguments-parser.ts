import { Command, CommanderError } from "commander";
import { type Arguments, defaultConfigFile } from "./arguments.ts";

const helpAfter = `
Every key of the configuration can also be given as LATCHD_ and its path, e.g. LATCHD_STICK_PATH.
Exit codes: 0 stopped on request, 64 usage, 65 the store cannot be used, 70 a fault of the program,
75 something is still taken (port, store), 78 the configuration is wrong.`;

/** Returns latchd's command line: also the source of its manual page. */
export function daemonProgram(): Command {
  return new Command("latchd")
    .description("Zigbee lock gateway: passwords and time windows, enforced with no cloud in reach")
    .option("-V, --version", "show the version, and end")
    .option("--json", "with --version: version, commit, bill of materials, Node.js and schema")
    .option(
      "-c, --config <file>",
      `configuration (YAML); default ${defaultConfigFile} if it exists`,
    )
    .option("--check", "check the configuration, say what is wrong, and end")
    .option("--restore <file>", "make this gateway out of a backup of latchctl, and end")
    .option("--passphrase-file <file>", "file with the passphrase of the backup")
    .addHelpText("after", helpAfter)
    .allowExcessArguments(false)
    .exitOverride();
}

/** @returns `printed` after help, `wrong` after a message about wrong arguments */
export function parseArguments(argv: readonly string[]): Arguments | "printed" | "wrong" {
  const program = daemonProgram();
  try {
    const given = program.parse(argv, { from: "user" }).opts<Arguments>();
    if (given.json === true && given.version !== true)
      program.error("error: --json goes with --version");
    return given;
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    return cause.exitCode === 0 ? "printed" : "wrong";
  }
}
