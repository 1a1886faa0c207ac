import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { addressOf } from "../calls/directory.ts";
import { type DaemonClient, DaemonUnreachable } from "../daemon-client.ts";
import type { Session } from "../session.ts";
import { stepText } from "./step-text.ts";

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

/** Time limit for a lock that joined before the network was closed; a probe takes less. */
const finishWithinMs = 180_000;

/**
 * Opens the network, shows each step as it happens and closes the network: after `count` locks, when the time
 * is over, or when the person leaves (Ctrl-C, a hang-up, a closed pipe). It waits for locks that joined in time.
 * @returns whether that many locks were paired
 * @throws DaemonUnreachable
 */
export async function pair(session: Session, options: PairOptions): Promise<boolean> {
  const { terminal } = session;
  const seconds = whole("seconds", options.seconds);
  const count = whole("count", options.count);
  const only = await onlyDevice(session, options);
  const client = session.client();
  const over = new AbortController();
  // Before the network is open, so that a person who leaves closes it.
  let hasLeft = false;
  const forgetHangUp = terminal.onHangUp?.(() => {
    hasLeft = true;
    over.abort();
  });
  try {
    // The stream opens before the network, so that no step is missed.
    const steps = await openSteps(client, over.signal);
    const permitted = await client.command("permit_join", { seconds, ...only });
    if (permitted.ErrNo !== 0) {
      session.finish(permitted);
      return false;
    }
    const watch = new Watch(session, steps, count);
    try {
      if (!hasLeft) session.say(`open for ${seconds} s: put the lock into pairing mode`);
      await watch.until(seconds * 1000, () => watch.paired >= count);
    } finally {
      await closeNetwork(client);
    }
    if (!hasLeft) await watch.until(finishWithinMs, () => watch.underWay.size === 0);
    for (const line of ending(watch, count)) session.say(line);
    return watch.paired >= count;
  } finally {
    over.abort();
    forgetHangUp?.();
  }
}

/**
 * Returns which device may join, because a network that is open for any device lets in the first that comes.
 * @throws GatewayError `badParameters` when no option says it and nobody can be asked
 */
async function onlyDevice(
  { terminal }: Session,
  { uuid, installCode, any }: PairOptions,
): Promise<JsonObject> {
  if (uuid !== undefined || installCode !== undefined) {
    return {
      ...(uuid === undefined ? {} : { uuid: addressOf(uuid) ?? uuid }),
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
  return deviceNamed(text);
}

/** Returns the fields of `permit_join` for what stands on a lock: its address, or else its install code. */
export function deviceNamed(text: string): JsonObject {
  const address = addressOf(text);
  return address === null ? { install_code: text } : { uuid: address };
}

/** Closes the network. @throws DaemonUnreachable when it stays open until its time is over */
export async function closeNetwork(client: DaemonClient): Promise<void> {
  const reply = await client.command("permit_join", { seconds: 0 });
  if (reply.ErrNo === 0) return;
  throw new DaemonUnreachable(`the network may still be open: ${reply.ErrMsg}`);
}

function ending({ paired, underWay, pairedDevices }: Watch, count: number): readonly string[] {
  const lines = [`closed; ${paired} of ${count} paired`];
  if (underWay.size > 0) {
    const devices = [...underWay].join(", ");
    lines.push(`still being paired: ${devices}; latchctl locks shows what came of it`);
  }
  for (const uuid of pairedDevices) {
    lines.push(`next: latchctl lock rename ${uuid} NAME; latchctl password admin ${uuid} --wait`);
  }
  return lines;
}

/** Returns the steps, once the daemon sends them. */
export async function openSteps(client: DaemonClient, signal: AbortSignal): Promise<Steps> {
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

export interface Steps {
  /** Already requested, because that opens the stream. */
  readonly first: Promise<IteratorResult<string>>;
  readonly rest: AsyncGenerator<string>;
}

/** Follows the steps of the devices that join. */
class Watch {
  readonly #session: Session;
  readonly #rest: AsyncGenerator<string>;
  #next: Promise<IteratorResult<string>>;
  readonly #count: number;
  paired = 0;
  readonly pairedDevices: string[] = [];
  /** Devices that joined and whose pairing has not ended. */
  readonly underWay = new Set<string>();

  constructor(session: Session, { first, rest }: Steps, count: number) {
    this.#session = session;
    this.#next = first;
    this.#rest = rest;
    this.#count = count;
  }

  /** Shows steps until `isEnough`, or the time is over. @returns whether it was enough, or no more steps come */
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
        // The next wait notices a stream that broke off.
        this.#next.catch(() => {});
        this.#note(step.value);
      }
      return true;
    } finally {
      clearTimeout(timer);
    }
  }

  #note(line: string): void {
    const { name, uuid } = showStep(this.#session, line);
    if (name === "paired" && this.paired < this.#count) {
      this.paired += 1;
      this.pairedDevices.push(uuid);
    }
    if (ends.has(name)) this.underWay.delete(uuid);
    else this.underWay.add(uuid);
  }
}

/** Shows a step. @returns its name and device */
function showStep(session: Session, line: string): { name: string; uuid: string } {
  const step: unknown = JSON.parse(line);
  const fields = isJsonObject(step) ? step : {};
  const name = String(fields["step"]);
  const uuid = String(fields["uuid"]);
  if (session.isJson()) {
    session.terminal.out(`${line}\n`);
    return { name, uuid };
  }
  const mark = name === "paired" ? "+" : failures.has(name) ? "!" : " ";
  session.say(cleanText(`${mark} ${uuid}  ${stepText(fields)}`));
  if (fields["takes_six_digits"] === 0) session.say(otherLength(fields["code_digits"]));
  return { name, uuid };
}

/** Returns a note that the published calls cannot set a code in this lock. @param digits such as `4-4` */
function otherLength(digits: unknown): string {
  const [least = "", most = ""] = typeof digits === "string" ? digits.split("-") : [];
  const range = (least === most ? least : `${least} to ${most}`).replaceAll(/[^\d a-z]/g, "");
  return `  this lock takes codes of ${range} digits only: six digits cannot be set in it. The calls of the published API take six digits; give its codes with latchctl or apply_snapshot.`;
}

export function whole(field: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 254) return value;
  throw new GatewayError("badParameters", `${field}: a whole number from 1 to 254`, { field });
}
