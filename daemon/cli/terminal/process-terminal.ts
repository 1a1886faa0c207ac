import { constants } from "node:os";
import { createInterface } from "node:readline";
import { GatewayError } from "../../core/model/errors.ts";
import { askHidden } from "./hidden-line.ts";
import { columnsOf, type Terminal } from "./terminal.ts";
import { wrapText } from "./text-wrap.ts";

/** Returns the terminal of this process. */
export function processTerminal(): Terminal {
  const hangUp = new HangUp();
  const onOutputLost = (error: NodeJS.ErrnoException) => {
    // The reader of a pipe has closed it, as in `latchctl events --follow | head`.
    if (!hangUp.notify()) process.exit(error.code === "EPIPE" ? 0 : 1);
  };
  process.stdout.on("error", onOutputLost);
  process.stderr.on("error", onOutputLost);
  const canAsk = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    onHangUp: (listener) => hangUp.listen(listener),
    ...(canAsk ? { ask, askHidden } : {}),
    ...(process.stderr.isTTY === true ? { status } : {}),
    ...(process.stdout.isTTY === true ? { columns: process.stdout.columns } : {}),
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

/** Replaces the line of the last status; the cursor stays in it. */
function status(text: string): void {
  const width = columnsOf({ columns: process.stderr.columns }) - 1;
  const [line = ""] = wrapText(text, width);
  process.stderr.write(`\r\u001b[K${line}`);
}

const hangUpSignals = ["SIGINT", "SIGHUP", "SIGTERM"] as const;

/** The person leaves. The first time calls the listener, which can end its work; the second ends the process. */
class HangUp {
  #listener: (() => void) | null = null;
  #hasLeft = false;

  listen(listener: () => void): () => void {
    this.#listener = listener;
    const onSignal = (signal: NodeJS.Signals) => {
      process.exitCode = 128 + constants.signals[signal];
      if (!this.notify()) process.exit();
    };
    for (const signal of hangUpSignals) process.on(signal, onSignal);
    return () => {
      this.#listener = null;
      for (const signal of hangUpSignals) process.off(signal, onSignal);
    };
  }

  /** Calls the listener. @returns false when there is none, or a signal has called it before */
  notify(): boolean {
    const listener = this.#listener;
    if (listener === null) return this.#hasLeft;
    this.#listener = null;
    this.#hasLeft = true;
    listener();
    return true;
  }
}

/** Returns a line from the terminal; Ctrl-D and an abort are an empty line. */
function ask(question: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once("SIGINT", () => process.exit(128 + constants.signals.SIGINT));
    lines.once("close", () => resolve(""));
    signal?.addEventListener("abort", () => lines.close(), { once: true });
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

/** Limit of the input: the daemon takes at most 64 KiB. */
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
