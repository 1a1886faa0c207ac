import { GatewayError } from "../core/errors.ts";
import type { Terminal } from "./terminal.ts";

/** The terminal of this process. */
export function processTerminal(): Terminal {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader of a pipe has enough, as in `latchctl events --follow | head`.
    process.exit(error.code === "EPIPE" ? 0 : 1);
  });
  return {
    env: process.env,
    isInteractive: process.stdout.isTTY === true,
    out: (line) => {
      process.stdout.write(line);
    },
    error: (line) => {
      process.stderr.write(line);
    },
    readInput: readStandardInput,
  };
}

/** No parameters are longer: the daemon takes 64 KiB. */
const maxInputLength = 64 * 1024;

async function readStandardInput(): Promise<string> {
  process.stdin.setEncoding("utf8");
  let text = "";
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > maxInputLength) {
      throw new GatewayError("badParameters", `standard input: is longer than ${maxInputLength}`);
    }
  }
  return text;
}
