import { type Command as CommanderCommand, CommanderError, program } from "commander";
import { isSystemError } from "../base/durable-file.ts";
import type { JsonObject } from "../base/json.ts";
import { version } from "../base/version.ts";
import type { Command } from "../commands/command.ts";
import type { CommandReply } from "../commands/execution.ts";
import { cleanText } from "../core/input/plain-text.ts";
import { GatewayError } from "../core/model/errors.ts";
import { addCall, withCall } from "./api-commands.ts";
import { machineZone } from "./calls/gateway-time.ts";
import { DaemonClient, DaemonUnreachable } from "./daemon-client.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { configureHelp, exitCodeText } from "./help.ts";
import { addLocalCommands } from "./local-commands.ts";
import { addPhrases } from "./phrases.ts";
import type { Session } from "./session.ts";
import { type Block, blocksText } from "./terminal/blocks.ts";
import { columnsOf, type Terminal } from "./terminal/terminal.ts";
import { indentText } from "./terminal/text-wrap.ts";
import { replyBlocks } from "./views/reply-blocks.ts";

export const defaultSocket = "/run/latchd/latchd.sock";

interface Globals {
  readonly socket: string;
  readonly json?: boolean;
}

/** Runs latchctl. @param args without the node binary and the script @returns the exit code */
export async function runProgram(
  commands: readonly Command[],
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const root = buildProgram(commands, terminal, (code) => {
    exitCode = code;
  });
  const say = (text: string): void => {
    const width = columnsOf(terminal);
    terminal.error(indentText(cleanLines(text), { first: "", further: "  ", width }));
  };
  try {
    await root.parseAsync([...withCall(args, root, commands)], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    if (error instanceof DaemonUnreachable) {
      say(`latchctl: ${whyUnreachable(error)}`);
      return error.code === "EACCES" ? exitCodes.notPermitted : exitCodes.unreachable;
    }
    if (error instanceof GatewayError) {
      say(`latchctl: ${error.message}`);
      return exitCodes.usage;
    }
    // A given file or folder cannot be used.
    if (isSystemError(error)) {
      say(`latchctl: ${error.message}`);
      return exitCodes.refused;
    }
    throw error;
  }
}

/** A name from elsewhere must not steer the terminal. */
function cleanLines(text: string): string {
  return text.split("\n").map(cleanText).join("\n");
}

/** Refuses an empty path: Node would speak TCP to port 80 of this machine, codes included. */
function socketPath(path: string): string {
  if (path !== "") return path;
  throw new GatewayError("badParameters", "socket: must be the path of the daemon's unix socket");
}

/** Returns what happened, and what to do. */
function whyUnreachable({ code, message }: DaemonUnreachable): string {
  switch (code) {
    case "EACCES":
      return `you may not use the daemon's socket: ${message}
run it with sudo; or once: sudo adduser "$USER" latchd, then log in again`;
    case "ENOENT":
    case "ECONNREFUSED":
      return `the daemon is not running, or its socket is elsewhere: ${message}
sudo systemctl status latchd; in a checkout give --socket or LATCHD_SOCKET: the daemon names it when it is ready`;
    default:
      return `the daemon cannot be reached: ${message}`;
  }
}

/** Returns latchctl as commander knows it: also the source of its manual page. */
export function buildProgram(
  commands: readonly Command[],
  terminal: Terminal,
  finish: (code: ExitCode) => void,
): CommanderCommand {
  // An empty value counts as not set.
  const socketOfUser = terminal.env["LATCHD_SOCKET"] || defaultSocket;
  const root = program
    .createCommand("latchctl")
    .description("Speaks to the latchd daemon on this machine.")
    .version(version, "-V, --version", "print the version")
    .option("--socket <path>", "the daemon's unix socket", socketOfUser)
    .option("--json", "print JSON, for programs")
    .helpOption("-h, --help", "show this help")
    .exitOverride();
  configureHelp(root, terminal);
  root.addHelpText("after", exitCodeText);
  const globals = (): Globals => root.opts<{ socket: string; json?: boolean }>();
  const session: Session = {
    terminal,
    client: () => new DaemonClient(socketPath(globals().socket)),
    finish: (reply, shown) => finish(printReply(reply, globals().json === true, terminal, shown)),
    finishAsJson: (reply) => finish(printReply(reply, true, terminal)),
    say: (text) => {
      if (globals().json === true) return;
      terminal.out(indentText(text, { first: "", further: "  ", width: columnsOf(terminal) }));
    },
    end: finish,
    isJson: () => globals().json === true,
  };
  addPhrases(root, commands, session);
  addLocalCommands(root, session, new Set(commands.map(({ name }) => name)));
  addCall(root, commands, session);
  return root;
}

/** @param shown returns the part of the reply that a person wants to see; absent = all of it */
function printReply(
  reply: CommandReply,
  isJson: boolean,
  terminal: Terminal,
  shown: (fields: JsonObject) => readonly Block[] = (fields) =>
    replyBlocks(fields, { timeZone: machineZone() }),
): ExitCode {
  const { ErrNo, ErrMsg, ...fields } = reply;
  const width = columnsOf(terminal);
  if (isJson) terminal.out(`${JSON.stringify(reply)}\n`);
  else if (ErrNo === 0) terminal.out(blocksText(shown(fields), width));
  if (ErrNo === 0) return exitCodes.ok;
  const text = cleanLines(`latchctl: ${ErrMsg} (ErrNo ${ErrNo})`);
  terminal.error(indentText(text, { first: "", further: "  ", width }));
  return exitCodes.refused;
}
