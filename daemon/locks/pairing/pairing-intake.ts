import type { PairingStep } from "../../../drivers/lock-driver.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { LockEvent } from "../../core/model/lock-event.ts";
import { commit, type LockPorts } from "../lock-ports.ts";
import { EditsDuringPairing } from "./edits-during-pairing.ts";
import { pairedTransaction } from "./pairing-transaction.ts";
import type { UnverifiedDevices } from "./unverified-devices.ts";

type PairedStep = Extract<PairingStep, { step: "paired" }>;

/** Takes in the steps of a pairing: passes them to who watches, and stores the lock with the last one. */
export class PairingIntake {
  readonly #ports: LockPorts;
  readonly #unverified: UnverifiedDevices;
  readonly #onStored: (lock: LockId) => void;
  readonly #edits = new EditsDuringPairing();
  readonly #listeners = new Set<(step: PairingStep) => void>();

  /** @param onStored called when the lock's records are on disk */
  constructor(ports: LockPorts, unverified: UnverifiedDevices, onStored: (lock: LockId) => void) {
    this.#ports = ports;
    this.#unverified = unverified;
    this.#onStored = onStored;
  }

  /** @returns a function that removes the listener */
  onStep(listener: (step: PairingStep) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  eventReceived(lock: LockId, event: LockEvent): void {
    this.#edits.eventReceived(lock, event);
  }

  takeStep(step: PairingStep): void {
    if (step.step === "paired") {
      this.#store(step);
      return;
    }
    this.#edits.stepReceived(step);
    this.#tellListeners(step);
  }

  #store(step: PairedStep): void {
    const slots = this.#edits.withoutEdited(step.device, step.slots);
    // Nobody has confirmed that this is the lock: the administrator's code that it shows is not taken over.
    const policy = step.isExpected ? {} : ({ keypadEdits: "revert" } as const);
    const transaction = pairedTransaction({ ...this.#ports, ...policy }, step.description, slots);
    commit(this.#ports, this.#unverified.paired(transaction, step))
      .then(() => {
        this.#tellListeners(step);
        this.#onStored(step.device);
      })
      .catch((cause: unknown) => this.#ports.log.warn({ cause }, "failed to store a pairing"));
  }

  #tellListeners(step: PairingStep): void {
    for (const listener of this.#listeners) listener(step);
  }
}
