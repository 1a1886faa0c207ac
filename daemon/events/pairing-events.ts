import type { PairingStep } from "../../drivers/lock-driver.ts";
import type { LiveEvent, LiveEventSource } from "../api/ports.ts";
import { takesSixDigits } from "../core/input/six-digits.ts";
import type { PairingIntake } from "../locks/pairing/pairing-intake.ts";

/** The steps of a pairing, for the person who pairs a lock. They contain no codes. */
export class PairingEvents implements LiveEventSource {
  readonly #pairings: PairingIntake;
  #count = 0;

  constructor(pairings: PairingIntake) {
    this.#pairings = pairings;
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    return this.#pairings.onStep((step) => {
      this.#count += 1;
      listener({ id: `pairing:${this.#count}`, event: step.step, body: bodyOf(step) });
    });
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
