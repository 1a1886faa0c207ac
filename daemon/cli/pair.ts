import { GatewayError } from "../core/errors.ts";
import type { DaemonClient } from "./daemon-client.ts";
import type { PhraseHost } from "./phrases.ts";

export interface PairOptions {
  readonly seconds: string;
  readonly count: string;
  readonly uuid?: string;
  readonly installCode?: string;
}

/** Steps that end the pairing of one device. */
const failures: ReadonlySet<string> = new Set(["refused", "failed"]);

/**
 * Opens the network, shows each step as it happens and closes it again: after `count` locks, or when
 * the time is over.
 * @returns whether as many locks were paired.
 */
export async function pair(host: PhraseHost, options: PairOptions): Promise<boolean> {
  const { terminal } = host;
  const seconds = whole("seconds", options.seconds);
  const count = whole("count", options.count);
  const client = host.client();
  const over = new AbortController();
  // The stream is open before the network is: no step is missed.
  const steps = await opened(client, over.signal);
  try {
    const { uuid, installCode } = options;
    const permitted = await client.command("permit_join", {
      seconds,
      ...(uuid === undefined ? {} : { uuid }),
      ...(installCode === undefined ? {} : { install_code: installCode }),
    });
    if (permitted.ErrNo !== 0) {
      host.finish(permitted);
      return false;
    }
    if (!host.isJson()) terminal.out(`open for ${seconds} s: put the lock into pairing mode\n`);
    const timer = setTimeout(() => over.abort(), seconds * 1000);
    const paired = await watch(host, steps, count);
    clearTimeout(timer);
    await client.command("permit_join", { seconds: 0 });
    if (!host.isJson()) {
      terminal.out(`closed; ${paired} of ${count} paired\n`);
      if (paired > 0) terminal.out("next: latchctl locks, then latchctl password admin <lock>\n");
    }
    return paired >= count;
  } finally {
    over.abort();
  }
}

/** The steps, once the daemon listens for them. */
async function opened(client: DaemonClient, signal: AbortSignal): Promise<Steps> {
  return new Promise((resolve, reject) => {
    const stream = client.events("/api/pairing/events", {
      signal,
      onOpen: () => resolve({ first, rest: stream }),
    });
    const first = stream.next();
    first.catch(reject);
  });
}

interface Steps {
  /** Asked for already: without it the stream would not be open. */
  readonly first: Promise<IteratorResult<string>>;
  readonly rest: AsyncGenerator<string>;
}

async function watch(host: PhraseHost, { first, rest }: Steps, count: number): Promise<number> {
  let paired = 0;
  for (let step = await first; step.done !== true; step = await rest.next()) {
    if (tell(host, step.value) === "paired") paired += 1;
    if (paired === count) break;
  }
  return paired;
}

/** @returns the step's name. */
function tell({ terminal, isJson }: PhraseHost, line: string): string {
  const step: unknown = JSON.parse(line);
  const fields = new Map<string, unknown>(
    typeof step === "object" && step !== null ? Object.entries(step) : [],
  );
  const name = String(fields.get("step"));
  if (isJson()) {
    terminal.out(`${line}\n`);
    return name;
  }
  const rest = [...fields].filter(([key]) => key !== "step" && key !== "uuid");
  const about = rest.map(([key, value]) => `${key} ${String(value)}`).join(", ");
  const mark = name === "paired" ? "+" : failures.has(name) ? "!" : " ";
  const text = `${mark} ${String(fields.get("uuid"))}  ${name}${about === "" ? "" : `: ${about}`}`;
  terminal.out(`${text.replaceAll(/\p{Cc}/gu, "\u{fffd}")}\n`);
  return name;
}

function whole(field: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 254) return value;
  throw new GatewayError("badParameters", `${field}: a whole number from 1 to 254`, { field });
}
