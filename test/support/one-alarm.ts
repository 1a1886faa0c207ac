import type { Timers } from "../../daemon/base/timers.ts";
import { within } from "./within.ts";

interface Alarm {
  readonly delayMs: number;
  readonly run: () => void;
}

/** Timers that have one alarm at a time. It goes off when the test says so. */
export class OneAlarm implements Timers {
  #alarm: Alarm | null = null;
  #onSet: () => void = () => undefined;

  after(delayMs: number, run: () => void): () => void {
    const alarm = { delayMs, run };
    this.#alarm = alarm;
    this.#onSet();
    return () => {
      if (this.#alarm === alarm) this.#alarm = null;
    };
  }

  get isSet(): boolean {
    return this.#alarm !== null;
  }

  /** Lets the alarm go off and waits until the next one is set. @returns how long it was set for, ms */
  async ring(): Promise<number> {
    const alarm = this.#alarm;
    if (alarm === null) throw new Error("no alarm is set");
    this.#alarm = null;
    await within(10_000, "the next alarm to be set", () => {
      return new Promise<void>((resolve) => {
        this.#onSet = resolve;
        alarm.run();
      });
    });
    return alarm.delayMs;
  }
}
