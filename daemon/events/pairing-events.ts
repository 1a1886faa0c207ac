import type { PairingStep } from "../../drivers/lock-driver.ts";
import type { LiveEvent, LiveEventSource, MissedEvents } from "../api/ports.ts";
import { takesSixDigits } from "../core/input/six-digits.ts";
import type { PairingIntake } from "../locks/pairing/pairing-intake.ts";

/** Steps that are remembered for a watcher that was away for a moment. */
const keptSteps = 64;

/** The steps of a pairing, for the person who pairs a lock. They contain no codes. */
export class PairingEvents implements LiveEventSource {
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #run: string;
  /** The newest steps, the oldest first. */
  #kept: readonly LiveEvent[] = [];
  #count = 0;

  /** @param run an id of this run of the daemon: the steps of an earlier run have other ids */
  constructor(pairings: Pick<PairingIntake, "onStep">, run: string) {
    this.#run = run;
    pairings.onStep((step) => this.#take(step));
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  position(): string {
    return this.#idOf(this.#count);
  }

  missed(id: string): Promise<MissedEvents> {
    const prefix = this.#idOf("");
    const seq = id.startsWith(prefix) ? Number(id.slice(prefix.length)) : 0;
    const events = this.#kept.filter((event) => event.seq > seq);
    return Promise.resolve({ events, through: this.position() });
  }

  #take(step: PairingStep): void {
    this.#count += 1;
    const id = this.#idOf(this.#count);
    const { device: lock, step: event } = step;
    const live = { id, seq: this.#count, event, lock, body: bodyOf(step) };
    this.#kept = [...this.#kept, live].slice(-keptSteps);
    for (const listener of this.#listeners) listener(live);
  }

  #idOf(count: number | string): string {
    return `pairing-${this.#run}:${count}`;
  }
}

function bodyOf(step: PairingStep): LiveEvent["body"] {
  const common = { step: step.step, uuid: step.device };
  switch (step.step) {
    case "joined":
    case "interviewing":
      return common;
    case "probing":
      return { ...common, model: step.model };
    case "paired": {
      const { manufacturer, model, firmware, capabilities } = step.description;
      const occupied = [...step.slots.values()].filter(({ kind }) => kind === "occupied").length;
      return {
        ...common,
        brand: manufacturer,
        model,
        firmware,
        pin_users: capabilities.pinUsers,
        code_digits: `${capabilities.minPinLength}-${capabilities.maxPinLength}`,
        takes_six_digits: takesSixDigits(capabilities) ? 1 : 0,
        codes_found: occupied,
      };
    }
    case "refused":
    case "failed":
      return { ...common, reason: step.reason };
  }
}
