import type { House, Placement } from "../house.ts";

/** An ID Lock 150 reports a clear over the air twice more, this long after it, as a deletion at the keypad. */
const echoesMs = [2_000, 4_000] as const;
/** Mutation `provesEchoes`: for this long after a clear every read of the slot shows it empty. */
const provenForMs = 120_000;

/** Lets a lock report a clear over the air again, if it is such a lock. */
export function echoClear(house: House, placement: Placement, userId: number): void {
  if (!placement.lock.kind.echoesClears) return;
  for (const delayMs of echoesMs) {
    house.time.after(delayMs, () => {
      const event = placement.lock.echo(userId);
      if (house.mutation === "provesEchoes") {
        const untilMs = house.time.nowMs + provenForMs;
        placement.lock.shownInstead.set(userId, { held: null, untilMs });
      }
      if (event !== null) house.sayPromptly(placement, event);
    });
  }
}
