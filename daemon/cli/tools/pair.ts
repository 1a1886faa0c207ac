import type { JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { type DaemonClient, DaemonUnreachable } from "../daemon-client.ts";
import type { Session } from "../session.ts";

export interface PairOptions {
  readonly seconds: string;
  readonly count: string;
  readonly uuid?: string;
  readonly installCode?: string;
  readonly any?: boolean;
}

/** Steps that end the pairing of one device. */
const ends: ReadonlySet<string> = new Set(["paired", "refused", "failed"]);
const failures: ReadonlySet<string> = new Set(["refused", "failed"]);

/** A lock that joined in time is waited for so long after the network was closed; a probe takes less. */
const finishWithinMs = 180_000;

/**
 * Opens the network, shows each step as it happens and closes it again: after `count` locks, when the
 * time is over, or when the person leaves (Ctrl-C, a hang-up, a closed pipe). What is being paired when
 * the time is over is waited for.
 * @returns whether as many locks were paired.
 * @throws DaemonUnreachable
 */
export async function pair(session: Session, options: PairOptions): Promise<boolean> {
  const { terminal } = session;
  const seconds = whole("seconds", options.seconds);
  const count = whole("count", options.count);
  const only = await onlyDevice(session, options);
  const client = session.client();
  const over = new AbortController();
  // Before the network is opened: from then on whoever leaves closes it.
  let hasLeft = false;
  const forgetHangUp = terminal.onHangUp?.(() => {
    hasLeft = true;
    over.abort();
  });
  try {
    // The stream is open before the network is: no step is missed.
    const steps = await opened(client, over.signal);
    const permitted = await client.command("permit_join", { seconds, ...only });
    if (permitted.ErrNo !== 0) {
      session.finish(permitted);
      return false;
    }
    const watch = new Watch(session, steps, count);
    try {
      if (!session.isJson() && !hasLeft) {
        terminal.out(`open for ${seconds} s: put the lock into pairing mode\n`);
      }
      await watch.until(seconds * 1000, () => watch.paired >= count);
    } finally {
      await closed(client);
    }
    if (!hasLeft) await watch.until(finishWithinMs, () => watch.underWay.size === 0);
    if (!session.isJson()) terminal.out(ending(watch, count));
    return watch.paired >= count;
  } finally {
    over.abort();
    forgetHangUp?.();
  }
}

/**
 * Which device may join: whoever opens the network for any lets in whoever comes first.
 * @throws GatewayError `badParameters` when nobody has said it and there is nobody to ask
 */
async function onlyDevice(
  { terminal }: Session,
  { uuid, installCode, any }: PairOptions,
): Promise<JsonObject> {
  if (uuid !== undefined || installCode !== undefined) {
    return {
      ...(uuid === undefined ? {} : { uuid }),
      ...(installCode === undefined ? {} : { install_code: installCode }),
    };
  }
  if (any === true) return { any: 1 };
  const options = "--install-code or --uuid says which lock may join; --any lets in any device";
  if (terminal.ask === undefined) {
    throw new GatewayError("badParameters", options, { field: "uuid" });
  }
  const answer = await terminal.ask("Install code or address (0x…) on the lock's label: ");
  const text = answer.trim();
  if (text === "") throw new GatewayError("badParameters", options, { field: "uuid" });
  const address = /^(?:0x)?([0-9a-f]{16})$/i.exec(text)?.[1];
  return address === undefined ? { install_code: text } : { uuid: `0x${address.toLowerCase()}` };
}

/** @throws DaemonUnreachable: then the network stays open until its time is over, and that is said. */
async function closed(client: DaemonClient): Promise<void> {
  const reply = await client.command("permit_join", { seconds: 0 });
  if (reply.ErrNo === 0) return;
  throw new DaemonUnreachable(`the network may still be open: ${reply.ErrMsg}`);
}

function ending({ paired, underWay }: Watch, count: number): string {
  const lines = [`closed; ${paired} of ${count} paired\n`];
  if (underWay.size > 0) {
    lines.push(
      `still being paired: ${[...underWay].join(", ")}; latchctl locks shows what came of it\n`,
    );
  }
  if (paired > 0) lines.push("next: latchctl locks, then latchctl password admin <lock>\n");
  return lines.join("");
}

/** The steps, once the daemon listens for them. */
async function opened(client: DaemonClient, signal: AbortSignal): Promise<Steps> {
  return new Promise((resolve, reject) => {
    const stream = client.events("/api/pairing/events", {
      signal,
      onOpen: () => resolve({ first, rest: stream }),
    });
    const first = stream.next();
    first.then((step) => {
      if (step.done === true) reject(new DaemonUnreachable("left before the network was open"));
    }, reject);
  });
}

interface Steps {
  /** Asked for already: without it the stream would not be open. */
  readonly first: Promise<IteratorResult<string>>;
  readonly rest: AsyncGenerator<string>;
}

/** Follows the steps of the devices that come. */
class Watch {
  readonly #session: Session;
  readonly #rest: AsyncGenerator<string>;
  #next: Promise<IteratorResult<string>>;
  readonly #count: number;
  paired = 0;
  /** Devices that joined and whose pairing has not ended. */
  readonly underWay = new Set<string>();

  constructor(session: Session, { first, rest }: Steps, count: number) {
    this.#session = session;
    this.#next = first;
    this.#rest = rest;
    this.#count = count;
  }

  /** Shows steps until `isEnough`, or the time is over. @returns whether it was enough, or nothing more comes. */
  async until(ms: number, isEnough: () => boolean): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), ms);
    });
    try {
      while (!isEnough()) {
        const step = await Promise.race([this.#next, late]);
        if (step === "late") return false;
        if (step.done === true) return true;
        this.#next = this.#rest.next();
        // A stream that breaks off is noticed with the next wait.
        this.#next.catch(() => {});
        this.#note(step.value);
      }
      return true;
    } finally {
      clearTimeout(timer);
    }
  }

  #note(line: string): void {
    const { name, uuid } = tell(this.#session, line);
    if (name === "paired" && this.paired < this.#count) this.paired += 1;
    if (ends.has(name)) this.underWay.delete(uuid);
    else this.underWay.add(uuid);
  }
}

/** Shows a step. @returns its name and device. */
function tell({ terminal, isJson }: Session, line: string): { name: string; uuid: string } {
  const step: unknown = JSON.parse(line);
  const fields = new Map<string, unknown>(
    typeof step === "object" && step !== null ? Object.entries(step) : [],
  );
  const name = String(fields.get("step"));
  const uuid = String(fields.get("uuid"));
  if (isJson()) {
    terminal.out(`${line}\n`);
    return { name, uuid };
  }
  const rest = [...fields].filter(([key]) => key !== "step" && key !== "uuid");
  const about = rest.map(([key, value]) => `${key} ${String(value)}`).join(", ");
  const mark = name === "paired" ? "+" : failures.has(name) ? "!" : " ";
  const text = `${mark} ${uuid}  ${name}${about === "" ? "" : `: ${about}`}`;
  terminal.out(`${cleanText(text)}\n`);
  if (fields.get("takes_six_digits") === 0) terminal.out(otherLength(fields.get("code_digits")));
  return { name, uuid };
}

/** Says in words that the published calls can give this lock no code. @param digits such as `4-4` */
function otherLength(digits: unknown): string {
  const [least = "", most = ""] = typeof digits === "string" ? digits.split("-") : [];
  const range = least === most ? `${least}` : `${least} to ${most}`;
  return [
    `  this lock takes codes of ${range.replaceAll(/[^\d a-z]/g, "")} digits only: six digits cannot be set in it.\n`,
    "  The calls of the published API take six digits; give its codes with latchctl or apply_snapshot.\n",
  ].join("");
}

function whole(field: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 254) return value;
  throw new GatewayError("badParameters", `${field}: a whole number from 1 to 254`, { field });
}
