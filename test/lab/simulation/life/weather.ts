import { timeZones } from "../checks/windows.ts";
import type { RunningGateway } from "../gateway.ts";
import type { House, Placement } from "../house.ts";
import type { Calendar } from "./calendar.ts";
import { moments } from "./life.ts";
import type { Random } from "./random.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The gateway's configuration, which its next start applies. */
export interface Place {
  /** IANA zone. */
  timeZone: string;
}

interface Parts {
  readonly house: House;
  readonly random: Random;
  readonly place: Place;
  readonly gateway: () => RunningGateway | null;
  readonly calendar: Calendar;
}

/** Causes the faults around a gateway and its locks. */
export class Weather {
  readonly #parts: Parts;
  readonly faults = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  begin(): void {
    const { house, calendar } = this.#parts;
    for (const placement of house.placements.values()) {
      this.#again(5 * dayMs, () => this.#loseRange(placement));
      this.#again(5 * dayMs, () => this.#loseFrames(placement));
      this.#again(7 * dayMs, () => this.#refuse(placement));
      this.#again(30 * dayMs, () => this.#reset(placement));
      this.#again(9 * dayMs, () => this.#disturbLockClock(placement));
      this.#again(25 * dayMs, () => this.#leave(placement));
    }
    this.#again(12 * dayMs, () => this.#pullStick());
    this.#again(6 * dayMs, () => this.#restartStick());
    this.#again(0.8 * dayMs, () => this.#kill());
    this.#again(12 * dayMs, () => this.#moveZone());
    for (const calmMs of calendar.calmsMs) {
      house.time.after(calmMs - house.time.nowMs, () => this.#calm());
    }
  }

  #again(meanMs: number, act: () => void): void {
    const { house, random, calendar } = this.#parts;
    house.time.after(random.waitMs(meanMs), () => {
      this.#again(meanMs, act);
      if (!calendar.isCalm(house.time.nowMs)) act();
    });
  }

  #count(fault: string): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }

  /** Undoes a fault after a while, at the latest when the calm begins. */
  #until(meanMs: number, undo: () => void): void {
    const { house, random, calendar } = this.#parts;
    const longestMs = calendar.untilCalmMs(house.time.nowMs);
    house.time.after(Math.min(random.waitMs(meanMs), longestMs), undo);
  }

  #loseRange(placement: Placement): void {
    if (!placement.isInRange) return;
    this.#count("range losses");
    placement.isInRange = false;
    this.#until(this.#parts.random.chance(0.2) ? 30 * hourMs : 2 * hourMs, () => {
      placement.isInRange = true;
      this.#parts.house.trouble(placement);
    });
  }

  #loseFrames(placement: Placement): void {
    this.#count("lossy hours");
    placement.loss = 0.1 + 0.6 * this.#parts.random.next();
    this.#until(3 * hourMs, () => {
      placement.loss = 0;
      this.#parts.house.trouble(placement);
    });
  }

  #refuse(placement: Placement): void {
    this.#count("refusing locks");
    const { house, random, calendar } = this.#parts;
    const { nowMs } = house.time;
    const lastsMs = random.waitMs(random.chance(0.7) ? 20_000 : hourMs);
    placement.refusesUntilMs = nowMs + Math.min(calendar.untilCalmMs(nowMs), lastsMs);
  }

  #reset(placement: Placement): void {
    if (!placement.isJoined) return;
    this.#count("factory resets");
    const { random } = this.#parts;
    const { lock } = placement;
    const gateway = this.#parts.gateway();
    if (random.chance(0.5)) {
      const event = { kind: "alarm", alarm: "resetToFactory" } as const;
      gateway?.radio.hear(lock.id, event);
    }
    lock.reset();
    placement.isJoined = false;
    this.#until(2 * hourMs, () => this.join(placement));
  }

  /** The lock announces that it leaves. After a while it returns by itself or must be paired again. */
  #leave(placement: Placement): void {
    const { house, random } = this.#parts;
    if (!house.isReachable(placement)) return;
    this.#count("leaves");
    this.#parts.gateway()?.radio.leave(placement.lock.id);
    house.trouble(placement);
    placement.isJoined = false;
    const isBackAlone = random.chance(0.5);
    this.#until(random.chance(0.5) ? 10 * minuteMs : 5 * hourMs, () => {
      if (!isBackAlone) this.join(placement);
      else this.#rejoin(placement);
    });
  }

  /** The lock returns to the network with its old key, so nobody needs to pair it. */
  #rejoin(placement: Placement): void {
    if (placement.isJoined) return;
    placement.isJoined = true;
    this.#parts.house.trouble(placement);
    this.#parts.house.say(placement, { kind: "heard" });
  }

  /** A lock that was unpaired is paired again later, most of them as from the factory. */
  readmit(placement: Placement): void {
    this.#count("locks given up");
    if (this.#parts.random.chance(0.7)) placement.lock.reset();
    this.#until(5 * hourMs, () => this.join(placement));
  }

  /** Disturbs the lock's clock: the battery is removed, or a person changes the time. */
  #disturbLockClock(placement: Placement): void {
    const { house, random } = this.#parts;
    const { clock, kind } = placement.lock;
    if (kind.capabilities.clock === "absent") return;
    this.#count("lock clocks disturbed");
    const { nowMs } = house.time;
    if (random.chance(0.4)) clock.reset(nowMs);
    else clock.turn(nowMs, random.pick([-1, 1]) * random.integer(30, 7_200) * 1_000);
    house.note(`${placement.lock.id} clock ${clock.localSeconds(nowMs)}`);
    this.onClockLost(placement);
  }

  /** Called when a time without faults begins. */
  onCalm: () => void = () => {};

  /** Called when a lock's clock may have lost its time, so that the lock may ask for it. */
  onClockLost: (placement: Placement) => void = () => {};

  /** The configuration gets another zone, and the process is restarted with it. */
  #moveZone(): void {
    const { place, random } = this.#parts;
    this.#count("zones changed");
    place.timeZone = random.pick(timeZones);
    this.#parts.gateway()?.life.kill();
  }

  /** The lock joins, for the first time or again, as soon as there is a gateway that lets it in. */
  join(placement: Placement): void {
    const { house } = this.#parts;
    const gateway = this.#parts.gateway();
    const isCarried = placement.isInRange && house.isStickPresent && !house.isStickDeaf;
    const canJoin = isCarried && gateway?.radio.isOnline === true;
    if (!canJoin) {
      house.time.after(minuteMs, () => this.join(placement));
      return;
    }
    if (!placement.isJoined) this.onClockLost(placement);
    placement.isJoined = true;
    placement.isKnown ||= house.mutation !== "losesLock";
    house.trouble(placement);
    house.stir(placement);
    gateway.radio.pair(placement);
    const isPaired = () => {
      // The interview was lost with the gateway that ran it: the installer tries again.
      const running = this.#parts.gateway();
      const isStored = running?.store.get("lock", [placement.lock.id]) !== undefined;
      if (!isStored && placement.isJoined) this.join(placement);
    };
    house.time.after(minuteMs, isPaired);
  }

  #pullStick(): void {
    const { house } = this.#parts;
    if (!house.isStickPresent) return;
    this.#count("sticks pulled");
    this.#setStick(false);
    this.#until(10 * minuteMs, () => this.#setStick(true));
  }

  /** Its firmware restarts: it carries nothing, until the driver notices and starts it again. An empty flash takes longer. */
  #restartStick(): void {
    const { house, random } = this.#parts;
    if (!house.isStickPresent || house.isStickDeaf) return;
    const isFlashLost = random.chance(0.3);
    this.#count(isFlashLost ? "flashes lost" : "stick restarts");
    house.isStickDeaf = true;
    house.troubleAll();
    if (house.mutation === "staysDeaf") return;
    const noticedMs = random.integer(100, 12_000);
    const backMs =
      noticedMs + (isFlashLost ? random.integer(5_000, 25_000) : random.integer(1_000, 5_000));
    house.time.after(noticedMs, () => this.#parts.gateway()?.radio.stickChanged());
    house.time.after(backMs, () => {
      house.isStickDeaf = false;
      house.troubleAll();
      this.#parts.gateway()?.radio.stickChanged();
    });
  }

  /** A start finds the network file damaged: some locks are not in it, until they are put back from a copy. */
  damageNetworkFile(): void {
    const { house, random } = this.#parts;
    if (house.mutation !== "losesLock" && !random.chance(0.15)) return;
    this.#count("network files damaged");
    for (const placement of house.placements.values()) {
      if (random.chance(0.5)) continue;
      placement.isKnown = false;
      house.trouble(placement);
      if (house.mutation === "losesLock") continue;
      house.time.after(random.integer(1_000, 60_000), () => {
        placement.isKnown = true;
        house.trouble(placement);
      });
    }
  }

  #setStick(isPresent: boolean): void {
    const { house } = this.#parts;
    house.isStickPresent = isPresent;
    house.troubleAll();
    this.#parts.gateway()?.radio.stickChanged();
  }

  /** Ends the process within its next few calls to a port. */
  #kill(): void {
    this.#count("kills");
    const { random } = this.#parts;
    const moment = random.pick(moments);
    this.#parts.gateway()?.life.killAfter(random.integer(1, 4), moment);
  }

  #calm(): void {
    this.onCalm();
    this.#parts.gateway()?.life.spare();
    for (const placement of this.#parts.house.placements.values()) {
      placement.isInRange = true;
      placement.loss = 0;
      placement.refusesUntilMs = 0;
      this.#parts.house.trouble(placement);
    }
  }
}
