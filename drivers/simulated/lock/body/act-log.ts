import type { SimulationTime } from "../../radio.ts";
import type { SourceCode } from "../../zcl/constants.ts";

/** What happened at the door, whatever the lock reported. */
export interface DoorAct {
  /** The simulation's time. */
  readonly atMs: number;
  readonly act:
    | "opened"
    | "locked"
    | "refused"
    | "lockedOut"
    | "jammed"
    | "programmed"
    | "deleted"
    | "alarm"
    | "joined"
    | "left";
  /** 0 keypad, 1 RF, 2 manual, 3 RFID. */
  readonly source: SourceCode;
  readonly userId: number | null;
  /** Why it was refused, or which alarm. */
  readonly reason: ActReason | null;
}

export type ActReason =
  | "unknownCode"
  | "disabled"
  | "outsideSchedule"
  | "nonAccess"
  | "operatingMode"
  | "wrongCodeEntryLimit"
  | "doorForcedOpen"
  | "frontEscutcheonRemoved";

/** Limit of acts kept; the oldest are removed first. */
const maxActs = 1_000;

export class ActLog {
  readonly #time: SimulationTime;
  readonly #acts: DoorAct[] = [];
  readonly #observers = new Set<(act: DoorAct) => void>();

  constructor(time: SimulationTime) {
    this.#time = time;
  }

  add(act: Omit<DoorAct, "atMs">): void {
    const stamped: DoorAct = { ...act, atMs: this.#time.nowMs() };
    this.#acts.push(stamped);
    if (this.#acts.length > maxActs) this.#acts.shift();
    for (const observer of this.#observers) observer(stamped);
  }

  all(): readonly DoorAct[] {
    return this.#acts;
  }

  /** @returns a function that ends it. */
  observe(observer: (act: DoorAct) => void): () => void {
    this.#observers.add(observer);
    return () => {
      this.#observers.delete(observer);
    };
  }
}
