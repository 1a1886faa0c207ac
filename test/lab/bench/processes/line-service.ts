/** A child's side of {@link LineProcess}: one JSON object per line, over stdin and stdout. */

export type Fields = Readonly<Record<string, unknown>>;
export type Handler = (fields: Fields) => Promise<Fields> | Fields;

/** Sends the parent a line that it did not ask for. */
export function tell(fields: Fields): void {
  process.stdout.write(`${JSON.stringify(fields)}\n`);
}

/**
 * Answers each `{ask, call, …}` on stdin with `{ask, …}`; ends the process when stdin ends. Without an
 * IPC channel, so that a process whose memory is measured carries nothing but what it is measured for.
 */
export function serve(handlers: Readonly<Record<string, Handler>>): void {
  let rest = "";
  process.stdin.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) void answer(handlers, JSON.parse(line));
  });
  process.stdin.on("end", () => process.exit(0));
}

async function answer(handlers: Readonly<Record<string, Handler>>, asked: Fields): Promise<void> {
  const handler = handlers[String(asked["call"])];
  try {
    if (handler === undefined) throw new Error(`no handler for ${String(asked["call"])}`);
    tell({ ...(await handler(asked)), ask: asked["ask"] });
  } catch (error) {
    tell({ ask: asked["ask"], fault: error instanceof Error ? error.message : String(error) });
  }
}
