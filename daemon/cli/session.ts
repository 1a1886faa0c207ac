import type { JsonObject } from "../base/json.ts";
import type { CommandReply } from "../commands/execution.ts";
import type { DaemonClient } from "./daemon-client.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** One run of latchctl: what its commands work with. */
export interface Session {
  readonly terminal: Terminal;
  client(): DaemonClient;
  /** Prints the reply and sets the exit code. */
  finish(reply: CommandReply, shown?: (fields: JsonObject) => JsonObject): void;
  end(code: ExitCode): void;
  isJson(): boolean;
}
