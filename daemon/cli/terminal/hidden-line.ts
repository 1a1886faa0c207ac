import { constants } from "node:os";

/** What was typed before it was asked for: a paste of two lines, or a quick hand. */
let typedAhead = "";

const controls = { interrupt: "\u0003", end: "\u0004", delete: "\u007f", backspace: "\b" } as const;

/**
 * Returns a line that the terminal does not show; Ctrl-D and a hang-up are an empty line. The terminal stops to show
 * what is typed before the question appears, because people type at once.
 */
export async function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stdin.setRawMode(true);
  stderr.write(question);
  try {
    return await hiddenLine();
  } finally {
    stdin.setRawMode(false);
    stderr.write("\n");
  }
}

function hiddenLine(): Promise<string> {
  const { stdin } = process;
  return new Promise((resolve) => {
    const line = new Line();
    const finish = (text: string): void => {
      stdin.off("data", onData);
      stdin.off("end", onEnd);
      stdin.pause();
      resolve(text);
    };
    const take = (text: string): void => {
      typedAhead = line.take(text);
      if (line.isEnded) finish(line.text);
    };
    const onData = (data: Buffer | string): void => take(String(data));
    const onEnd = (): void => finish("");
    stdin.on("data", onData);
    stdin.on("end", onEnd);
    stdin.resume();
    if (typedAhead !== "") take(typedAhead);
  });
}

/** A line as it is typed. */
class Line {
  text = "";
  isEnded = false;

  /** @returns what was typed after the line */
  take(typed: string): string {
    for (const [at, character] of [...typed].entries()) {
      this.#add(character);
      if (this.isEnded) return [...typed].slice(at + 1).join("");
    }
    return "";
  }

  #add(character: string): void {
    switch (character) {
      case controls.interrupt:
        process.exit(128 + constants.signals.SIGINT);
        break;
      case controls.end:
        this.text = "";
        this.isEnded = true;
        break;
      case "\r":
      case "\n":
        this.isEnded = true;
        break;
      case controls.delete:
      case controls.backspace:
        this.text = this.text.slice(0, -1);
        break;
      default:
        this.text += character;
    }
  }
}
