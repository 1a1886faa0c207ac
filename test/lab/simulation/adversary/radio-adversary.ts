import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import { PinCode } from "../../../../daemon/core/model/secret.ts";
import type { DriverListener, LockEvent } from "../../../../drivers/lock-driver.ts";
import type { House } from "../house.ts";
import type { Calendar } from "../life/calendar.ts";
import type { Random } from "../life/random.ts";

const hourMs = 3_600_000;
const strangers = 4;

interface Parts {
  readonly house: House;
  readonly random: Random;
  readonly calendar: Pick<Calendar, "isCalm">;
  /** Calls the gateway's radio listener, if there is one. */
  readonly tell: (act: (listener: DriverListener) => void) => void;
  readonly freshCode: () => string;
  /** The adversary has the network key, so it can send frames in the name of the locks. */
  readonly hasKey: boolean;
}

/**
 * An adversary with a transmitter near the house. It tries to join devices of its own, sends frames as devices that
 * never joined, and sends forged leaves of locks. With the network key it also sends frames in the name of the locks.
 */
export class RadioAdversary {
  readonly #parts: Parts;
  /** Codes that the adversary tries to get into the locks. */
  readonly codes = new Set<string>();
  readonly strangers: readonly LockId[];
  readonly acts = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.strangers = Array.from(
      { length: strangers },
      (_, index) => `0x00158d000000000${index}` as const,
    );
  }

  begin(): void {
    const { random, house, hasKey } = this.#parts;
    this.#again(3 * hourMs, () => this.#knock(random.pick(this.strangers)));
    this.#again(2 * hourMs, () => this.#speak(random.pick(this.strangers)));
    this.#again(60 * hourMs, () => this.#dismiss(random.pick([...house.placements.keys()])));
    if (hasKey)
      this.#again(6 * hourMs, () => this.#speak(random.pick([...house.placements.keys()])));
  }

  /** The device cannot join, because nobody has opened the network for it. */
  #knock(device: LockId): void {
    this.#count("knocks");
    this.#parts.tell((listener) => {
      listener.pairing({ step: "joined", device });
      listener.pairing({ step: "refused", device, reason: "not expected" });
    });
  }

  #speak(lock: LockId): void {
    this.#count("spoofed events");
    const { random } = this.#parts;
    this.#parts.tell((listener) => listener.lockEvent(lock, this.#event(random.integer(1, 10))));
  }

  #event(userId: number): LockEvent {
    const { random, freshCode } = this.#parts;
    if (random.chance(0.5)) {
      const by = { source: "rf", code: "unlock", userId: null, localSeconds: null } as const;
      return { kind: "operationEvent", ...by };
    }
    const code = freshCode();
    this.codes.add(code);
    return {
      kind: "programmingEvent",
      source: "keypad",
      code: "pinCodeAdded",
      userId,
      pinCode: PinCode.parse(code) ?? "masked",
      userType: "unrestricted",
      userStatus: "occupiedEnabled",
      localSeconds: null,
    };
  }

  /**
   * Forges a leave of the lock. The gateway sends nothing to the lock until it hears from it again. That can take
   * longer than a calm, and everything must be settled at the end of a calm, so no leave is forged during one.
   */
  #dismiss(lock: LockId): void {
    if (this.#parts.calendar.isCalm(this.#parts.house.time.nowMs)) return;
    this.#count("spoofed leaves");
    const placement = this.#parts.house.placement(lock);
    this.#parts.house.trouble(placement);
    this.#parts.tell((listener) => listener.left(lock));
  }

  #again(meanMs: number, act: () => void): void {
    const { random, house } = this.#parts;
    house.time.after(random.waitMs(meanMs), () => {
      this.#again(meanMs, act);
      act();
    });
  }

  #count(act: string): void {
    this.acts.set(act, (this.acts.get(act) ?? 0) + 1);
  }
}
