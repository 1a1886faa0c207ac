import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { closeNetwork, deviceNamed, openSteps, type Steps } from "../tools/pair.ts";
import { stepText } from "../tools/step-text.ts";
import type { Visit, VisitLock } from "./visit.ts";

/** A step that takes longer than this is slow: latchctl says what to try, s. */
const slowSeconds: ReadonlyMap<string, number> = new Map([
  ["waiting", 25],
  ["joined", 15],
  ["interviewing", 20],
  ["probing", 40],
]);

const advice: Readonly<Record<string, string>> = {
  waiting:
    "Nothing yet. Is the lock in pairing mode? Hold it within 2 m of the gateway; reset it if it was paired elsewhere.",
  joined: "The lock is slow. Keep it awake: press a key now and then.",
  interviewing: "The lock is slow. Keep it awake: press a key now and then; fresh batteries help.",
  probing: "Some locks need a minute. Keep it awake: press a key now and then.",
};

const stepNames: Readonly<Record<string, string>> = {
  waiting: "waiting for the lock",
  joined: "the lock has joined",
  interviewing: "asking the lock what it is",
  probing: "finding out what it can do",
};

/** A lock that joined before the network was closed is waited for at most so much longer. */
const finishSeconds = 180;
const tickMs = 1000;

/**
 * Asks how the lock says who it is, opens the network for it and shows its steps with their seconds.
 * @returns the lock; null = none was paired and the person gives up
 * @throws DaemonUnreachable
 */
export async function letIn(visit: Visit): Promise<VisitLock | null> {
  const { session, terminal } = visit;
  for (;;) {
    const typed = await terminal.ask(
      "Install code, QR text or address on the lock (Enter = none): ",
    );
    const text = typed.trim();
    if (text === "") {
      session.say(
        "Then the first device that asks is let in. Put only this lock into pairing mode.",
      );
    }
    const lock = await joinedLock(visit, text === "" ? { any: 1 } : deviceNamed(text));
    if (lock !== null) return lock;
    const again = await terminal.ask("Try again? [Y/n] ");
    if (["n", "no"].includes(again.trim().toLowerCase())) return null;
  }
}

async function joinedLock(visit: Visit, device: JsonObject): Promise<VisitLock | null> {
  const { session, terminal, seconds } = visit;
  const client = session.client();
  const over = new AbortController();
  const forgetHangUp = terminal.onHangUp?.(() => over.abort());
  try {
    // The stream opens before the network, so that no step is missed.
    const steps = await openSteps(client, over.signal);
    const opened = await client.command("permit_join", { seconds, ...device });
    if (opened.ErrNo !== 0) {
      session.say(cleanText(`The network is not open: ${opened.ErrMsg}`));
      return null;
    }
    session.say(`The network is open for ${seconds} s. Put the lock into pairing mode now.`);
    const expected = opened["uuid"];
    const joining = new Joining(visit, typeof expected === "string" ? expected : null);
    try {
      return await joining.follow(steps);
    } finally {
      terminal.status?.("");
      await closeNetwork(client);
    }
  } finally {
    over.abort();
    forgetHangUp?.();
  }
}

/** Follows the steps of the one lock that is let in. */
class Joining {
  readonly #visit: Visit;
  readonly #expected: string | null;
  /** The lock that has joined; null = none has. */
  #device: string | null = null;
  #step = "waiting";
  #stepStartMs = performance.now();
  #isAdvised = false;

  constructor(visit: Visit, expected: string | null) {
    this.#visit = visit;
    this.#expected = expected;
  }

  /** @returns the lock once it is paired; null = the time is over, or it failed */
  async follow({ first, rest }: Steps): Promise<VisitLock | null> {
    const startMs = performance.now();
    let next = first;
    for (;;) {
      const step = await withinTick(next);
      const elapsed = (performance.now() - startMs) / 1000;
      if (step === null) {
        const limit = this.#visit.seconds + (this.#device === null ? 0 : finishSeconds);
        if (elapsed >= limit) return this.#end("The time is over and no lock came.");
        this.#tick(Math.max(0, Math.ceil(this.#visit.seconds - elapsed)));
        continue;
      }
      if (step.done === true) return this.#end("Interrupted.");
      next = rest.next();
      // The next wait notices a stream that broke off.
      next.catch(() => {});
      const fields: unknown = JSON.parse(step.value);
      const ended = isJsonObject(fields) ? this.#take(fields) : undefined;
      if (ended !== undefined) return ended;
    }
  }

  /** @returns the end of the joining, or undefined if it goes on */
  #take(fields: JsonObject): VisitLock | null | undefined {
    const name = String(fields["step"]);
    const uuid = String(fields["uuid"]);
    const wanted = this.#expected ?? this.#device;
    if (wanted !== null ? uuid !== wanted : name === "refused") {
      if (name === "refused") {
        const reason = String(fields["reason"] ?? "");
        this.#say(`Another device (${uuid}) asked and was not let in: ${reason}`);
      }
      return undefined;
    }
    this.#device = uuid;
    this.#say(`  ${uuid} ${stepText(fields)} (${this.#stepSeconds()} s)`);
    this.#step = name;
    this.#stepStartMs = performance.now();
    this.#isAdvised = false;
    if (name === "paired") return { uuid, make: makeOf(fields) };
    return name === "failed" || name === "refused" ? null : undefined;
  }

  #tick(leftSeconds: number): void {
    const { terminal } = this.#visit;
    const seconds = this.#stepSeconds();
    if (!this.#isAdvised && seconds >= (slowSeconds.get(this.#step) ?? Number.POSITIVE_INFINITY)) {
      this.#isAdvised = true;
      this.#say(advice[this.#step] ?? "");
    }
    const left = this.#step === "waiting" ? `, the network is open for ${leftSeconds} s` : "";
    terminal.status?.(`${stepNames[this.#step] ?? this.#step}: ${seconds} s${left}`);
  }

  #end(text: string): null {
    this.#say(text);
    return null;
  }

  #say(text: string): void {
    this.#visit.terminal.status?.("");
    this.#visit.session.say(cleanText(text));
  }

  #stepSeconds(): number {
    return Math.floor((performance.now() - this.#stepStartMs) / 1000);
  }
}

function makeOf({ brand, model }: JsonObject): string {
  return [brand, model].filter((part) => typeof part === "string").join(" ");
}

/** Returns what comes within a tick, or null. */
async function withinTick<T>(coming: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), tickMs);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}
