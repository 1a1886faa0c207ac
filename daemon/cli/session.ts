import type { JsonObject } from "../base/json.ts";
import type { CommandReply } from "../commands/execution.ts";
import type { DaemonClient } from "./daemon-client.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { Block } from "./terminal/blocks.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** One run of latchctl: what its commands work with. */
export interface Session {
  readonly terminal: Terminal;
  client(): DaemonClient;
  /** Prints the reply and sets the exit code. @param shown returns what a person sees of it; absent = all of it */
  finish(reply: CommandReply, shown?: (fields: JsonObject) => readonly Block[]): void;
  /** Prints the reply as it is, for programs, and sets the exit code. */
  finishAsJson(reply: CommandReply): void;
  /** Says something to a person, in lines that fit the terminal; nothing where JSON is wanted. */
  say(text: string): void;
  end(code: ExitCode): void;
  isJson(): boolean;
}
