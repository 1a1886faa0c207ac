import type { TimeMachine, TimeTrust } from "../../../../daemon/clock/clock.ts";
import type { TimeSource } from "../../../../daemon/core/time/trusted-time.ts";
import type { Mutation } from "../checks/mutation.ts";
import type { RunningGateway } from "../gateway.ts";
import type { VirtualTime } from "../virtual-time.ts";
import type { Calendar } from "./calendar.ts";
import type { Random } from "./random.ts";
import { SaidTimes } from "./said-times.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The longest time between two signed messages of the cloud (docs/mqtt.md). */
const cloudWordEveryMs = 6 * hourMs;
/** How far a source drifts in a day, and how often it takes a step. The daemon follows at most 10 min a day. */
const lieRatesMs = [3, 9, 25, 60].map((minutes) => minutes * minuteMs);
const lieStepsMs = [10 * minuteMs, hourMs, 4 * hourMs];
/**
 * How long a leap is allowed after the first NTP time: the daemon asks within a minute, the checks see it a minute
 * later.
 */
const firstWordMs = 3 * minuteMs;

interface Parts {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly calendar: Calendar;
  readonly trust: TimeTrust;
  /** Does the cloud tell the time? */
  readonly hasCloud: boolean;
  readonly mutation: Mutation | undefined;
  readonly gateway: () => RunningGateway | null;
  readonly note: (line: string) => void;
}

interface Lie {
  readonly source: TimeSource;
  errorMs: number;
}

/** The sources of a gateway's time, and how wrong they are: the machine's own clock, a time service, the cloud. */
export class TimeSources {
  readonly #parts: Parts;
  readonly faults = new Map<string, number>();
  /** A sudden error of the machine's clock. */
  #faultMs = 0;
  /** The error of the source that lies in small steps; one at a time. */
  #lie: Lie | null = null;
  #isSynchronized = true;
  #isCloudHeard = true;
  #cloudSaidMs = 0;
  #personSaidMs = 0;
  #boot = 1;
  #bootedMs: number;
  /** True time at which NTP first gave a gateway the time after the power came on; null = not yet. */
  #firmSinceMs: number | null = null;
  readonly said: SaidTimes;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.said = new SaidTimes(parts.time, parts.note);
    this.#bootedMs = parts.time.nowMs;
    this.#remember();
  }

  /** The machine's clock as the gateway's process sees it. */
  get machine(): Pick<TimeMachine, "systemMs" | "isSynchronized" | "boot"> {
    return {
      systemMs: () => this.#parts.time.nowMs + this.#systemErrorMs,
      isSynchronized: async () => this.#isSynchronized,
      boot: () => ({
        id: `boot ${this.#boot}`,
        uptimeMs: this.#parts.time.nowMs - this.#bootedMs,
      }),
    };
  }

  get trust(): TimeTrust {
    return this.#parts.trust;
  }

  /** Returns whether the gateway has two sources that can agree when nothing is wrong. */
  get areTwo(): boolean {
    return this.#parts.hasCloud;
  }

  begin(): void {
    this.#again(4 * dayMs, () => this.#disturb());
    this.#again(5 * dayMs, () => this.#lieInSteps());
    this.#again(25 * dayMs, () => this.#setByPerson());
    this.#parts.time.every(minuteMs, () => this.#tellByCloud());
  }

  /** All sources are right and speak. */
  calm(): void {
    this.#lie = null;
    this.#isCloudHeard = true;
    this.#setClock();
    this.#parts.time.after(hourMs, () => this.#helpWhenLost());
  }

  /** Over more than a day without power no time service bridges alone: a person compares the time (docs/operations.md). */
  #helpWhenLost(): void {
    if (this.#parts.gateway()?.clock.reading().state === "lost") this.#tellByPerson(0);
  }

  /** The machine has no clock battery, and nobody knows how long it was off. */
  powerCut(): void {
    const { random, time } = this.#parts;
    this.#boot += 1;
    this.#bootedMs = time.nowMs;
    this.#faultMs = random.pick([-400 * dayMs, -3 * hourMs, 5 * dayMs]);
    this.#isSynchronized = false;
    this.#firmSinceMs = null;
    this.#isCloudHeard = random.chance(0.5);
    this.#remember();
    this.#until(random.chance(0.3) ? 5 * hourMs : 2 * minuteMs, () => this.#setClock());
    this.#until(2 * hourMs, () => this.#hearCloud());
  }

  /**
   * Returns whether the time may leap: a person has just set it, or NTP has given no time since the power came on
   * or gave its first time only a moment ago.
   */
  mayLeap(): boolean {
    const { nowMs } = this.#parts.time;
    if (nowMs - this.#personSaidMs < firstWordMs) return true;
    return this.#firmSinceMs === null || nowMs - this.#firmSinceMs < firstWordMs;
  }

  get #isNtpHeard(): boolean {
    return this.#parts.trust === "system" || this.#isSynchronized;
  }

  get #systemErrorMs(): number {
    return this.#faultMs + this.#lieOf("ntp");
  }

  #lieOf(source: TimeSource): number {
    return this.#lie?.source === source ? this.#lie.errorMs : 0;
  }

  #remember(): void {
    const isCloudHeard = this.#parts.hasCloud && this.#isCloudHeard;
    this.said.note("ntp", this.#isNtpHeard ? this.#systemErrorMs : null);
    this.said.note("cloud", isCloudHeard ? this.#lieOf("cloud") : null);
  }

  #count(fault: string): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }

  #again(meanMs: number, act: () => void): void {
    const { time, random, calendar } = this.#parts;
    time.after(random.waitMs(meanMs), () => {
      this.#again(meanMs, act);
      if (!calendar.isCalm(time.nowMs)) act();
    });
  }

  /** Undoes a fault after a while, at the latest when the calm begins. */
  #until(meanMs: number, undo: () => void): void {
    const { time, random, calendar } = this.#parts;
    time.after(Math.min(random.waitMs(meanMs), calendar.untilCalmMs(time.nowMs)), undo);
  }

  #setClock(): void {
    this.#faultMs = 0;
    this.#isSynchronized = true;
    this.#remember();
  }

  #hearCloud(): void {
    this.#isCloudHeard = true;
    this.#remember();
  }

  /** Causes one fault: the time service is lost, or a clock is set wrong, forward or back. */
  #disturb(): void {
    const { random, gateway } = this.#parts;
    const reading = gateway()?.clock.reading();
    if (reading === undefined || reading.state === "lost" || this.mayLeap()) return;
    if (!this.#isSynchronized) return;
    this.#count("clock faults");
    const luck = random.next();
    if (luck < 0.4) {
      this.#isSynchronized = false;
      this.#faultMs = random.pick([0, -2 * dayMs, 30 * dayMs]);
    } else if (luck < 0.6) this.#faultMs = -random.integer(1, 100) * hourMs;
    else if (luck < 0.85) this.#faultMs = random.pick([2 * hourMs, 40 * dayMs, 3650 * dayMs]);
    else this.#faultMs = random.integer(1, 500) * 1_000;
    this.#remember();
    if (random.chance(0.3)) {
      this.#isCloudHeard = false;
      this.#until(5 * hourMs, () => this.#hearCloud());
    }
    this.#until(luck < 0.4 ? 20 * hourMs : hourMs, () => this.#setClock());
  }

  /** Makes one source drift by minutes a day, for days. */
  #lieInSteps(): void {
    const { random, time, hasCloud } = this.#parts;
    if (this.#lie !== null) return;
    this.#count("time sources that lie in steps");
    const source = hasCloud && random.chance(0.5) ? "cloud" : "ntp";
    const everyMs = random.pick(lieStepsMs);
    const stepMs = (random.pick(lieRatesMs) * everyMs) / dayMs;
    const isForward = random.chance(0.7);
    const lie: Lie = { source, errorMs: 0 };
    this.#lie = lie;
    const stop = time.every(everyMs, () => {
      if (this.#lie !== lie) stop();
      else {
        lie.errorMs += isForward ? stepMs : -stepMs;
        this.#remember();
      }
    });
    this.#until(3 * dayMs, () => {
      if (this.#lie !== lie) return;
      this.#lie = null;
      this.#remember();
    });
  }

  /** A person on site sets a wrong date, and corrects it later unless two sources have already done so. */
  #setByPerson(): void {
    const { random, gateway } = this.#parts;
    const running = gateway();
    if (running === null || running.life.isOver || this.#lie !== null) return;
    this.#count("times set wrong by a person");
    this.#tellByPerson(random.pick([-2 * hourMs, hourMs, 3 * dayMs, 40 * dayMs]));
    this.#until(2 * hourMs, () => this.#tellByPerson(0));
  }

  #tellByPerson(errorMs: number): void {
    const { gateway, time } = this.#parts;
    const running = gateway();
    if (running === null || running.life.isOver) {
      time.after(minuteMs, () => this.#tellByPerson(errorMs));
      return;
    }
    this.#personSaidMs = time.nowMs;
    this.said.note("person", errorMs);
    running.clock.setByPerson(time.nowMs + errorMs);
    time.after(firstWordMs, () => this.said.note("person", null));
  }

  /** Lets the cloud answer the question in the gateway's birth and, now and then, send the time by itself. */
  #tellByCloud(): void {
    const { time, gateway, hasCloud, mutation } = this.#parts;
    const running = gateway();
    if (running === null || running.life.isOver) return;
    if (this.#isNtpHeard && this.#faultMs === 0) this.#firmSinceMs ??= time.nowMs;
    if (mutation === "echoesTime" && this.#isNtpHeard) {
      running.clock.offerCloudTime(time.nowMs + this.#systemErrorMs, true);
      return;
    }
    if (!hasCloud || !this.#isCloudHeard) return;
    const isAnswer = running.clock.wantsCloudTime();
    if (!isAnswer && time.nowMs - this.#cloudSaidMs < cloudWordEveryMs) return;
    this.#cloudSaidMs = time.nowMs;
    running.clock.offerCloudTime(time.nowMs + this.#lieOf("cloud"), isAnswer);
  }
}
