import { type Command as CommanderCommand, CommanderError, program } from "commander";
import { isSystemError } from "../base/durable-file.ts";
import type { JsonObject } from "../base/json.ts";
import type { Command } from "../commands/command.ts";
import type { CommandReply } from "../commands/execution.ts";
import { GatewayError } from "../core/model/errors.ts";
import { addApiCommands } from "./api-commands.ts";
import { DaemonClient, DaemonUnreachable } from "./daemon-client.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import {
  addBackup,
  addCompletion,
  addDoctor,
  addEvents,
  addHealth,
  addMakeKeys,
  addPage,
  addPair,
  addSupport,
} from "./local-commands.ts";
import { addPhrases } from "./phrases.ts";
import type { Session } from "./session.ts";
import { replyText } from "./terminal/reply-text.ts";
import type { Terminal } from "./terminal/terminal.ts";

export const defaultSocket = "/run/latchd/latchd.sock";

interface Globals {
  readonly socket: string;
  readonly json: boolean;
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
  try {
    await root.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    if (error instanceof DaemonUnreachable) {
      terminal.error(`latchctl: ${whyUnreachable(error)}\n`);
      return error.code === "EACCES" ? exitCodes.notPermitted : exitCodes.unreachable;
    }
    if (error instanceof GatewayError) {
      terminal.error(`latchctl: ${error.message}\n`);
      return exitCodes.usage;
    }
    // A given file or folder cannot be used.
    if (isSystemError(error)) {
      terminal.error(`latchctl: ${error.message}\n`);
      return exitCodes.refused;
    }
    throw error;
  }
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

function buildProgram(
  commands: readonly Command[],
  terminal: Terminal,
  finish: (code: ExitCode) => void,
): CommanderCommand {
  // An empty value counts as not set.
  const socketOfUser = terminal.env["LATCHD_SOCKET"] || defaultSocket;
  const root = program
    .createCommand("latchctl")
    .description("Speaks to the latchd daemon on this machine.")
    .option("--socket <path>", "the daemon's unix socket", socketOfUser)
    .option("--json", "print JSON, also on a terminal", false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
    });
  const globals = (): Globals => root.opts<{ socket: string; json: boolean }>();
  const client = (): DaemonClient => new DaemonClient(socketPath(globals().socket));
  const isJson = (): boolean => globals().json || !terminal.isInteractive;
  root.commandsGroup("For people:");
  const session: Session = {
    terminal,
    client,
    finish: (reply, shown) => finish(printReply(reply, globals(), terminal, shown)),
    end: finish,
    isJson,
  };
  addHealth(root, session);
  addEvents(root, session);
  addBackup(root, session);
  addPhrases(root, commands, session);
  if (commands.some(({ name }) => name === "permit_join")) addPair(root, session);
  if (commands.some(({ name }) => name === "page_link")) addPage(root, session);
  addDoctor(root, session);
  addSupport(root, session);
  addMakeKeys(root, terminal);
  addCompletion(root, terminal);
  root.commandsGroup("Every call of the API, by its own name and fields:");
  addApiCommands(root, commands, session);
  return root;
}

/** @param shown returns the part of the reply that a person wants to see; absent = all of it */
function printReply(
  reply: CommandReply,
  globals: Globals,
  terminal: Terminal,
  shown: (fields: JsonObject) => JsonObject = (fields) => fields,
): ExitCode {
  const { ErrNo, ErrMsg, ...fields } = reply;
  if (globals.json || !terminal.isInteractive) {
    terminal.out(`${JSON.stringify(reply)}\n`);
  } else if (ErrNo === 0) {
    terminal.out(replyText(shown(fields)));
  }
  if (ErrNo === 0) {
    return exitCodes.ok;
  }
  terminal.error(`latchctl: ${ErrMsg} (ErrNo ${ErrNo})\n`);
  return exitCodes.refused;
}
