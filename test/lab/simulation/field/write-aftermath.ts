import type { UserId } from "../../../../daemon/core/model/door-lock.ts";
import type { OperationName } from "../../../../daemon/core/model/operation.ts";
import type { House, Placement } from "../house.ts";
import type { StoredCode } from "./field-lock.ts";

/** An ID Lock 150 reports a clear over the air again after these times, as a deletion at the keypad. */
const echoesMs = [2_000, 4_000] as const;
/** Mutation `revivesCode`. */
const reviveAfterMs = 600_000;
/** Mutation `provesEchoes`: for this time after a clear, every read of the slot shows it empty. */
const provenForMs = 120_000;

/** The lock's reports after a write that it has performed, and the faults that a mutation adds. */
export class WriteAftermath {
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  /** @param before what was in the slot before the write */
  written(
    placement: Placement,
    { name, userId }: { readonly name: OperationName; readonly userId: UserId },
    before: StoredCode | undefined,
  ): void {
    if (name !== "setPinCode" && name !== "clearPinCode") return;
    const { lock } = placement;
    if (this.#house.mutation === "missesEdits") lock.shownInstead.delete(userId);
    const event = lock.written(userId);
    if (event !== null) this.#house.say(placement, event);
    if (name === "setPinCode") return;
    this.#echo(placement, userId);
    if (this.#house.mutation === "revivesCode" && before !== undefined) {
      this.#house.time.after(reviveAfterMs, () => lock.slots.set(userId, before));
    }
  }

  #echo(placement: Placement, userId: UserId): void {
    if (!placement.lock.kind.echoesClears) return;
    for (const delayMs of echoesMs) {
      this.#house.time.after(delayMs, () => {
        const event = placement.lock.echo(userId);
        if (this.#house.mutation === "provesEchoes") {
          const untilMs = this.#house.time.nowMs + provenForMs;
          placement.lock.shownInstead.set(userId, { stored: null, untilMs });
        }
        if (event !== null) this.#house.sayPromptly(placement, event);
      });
    }
  }
}
