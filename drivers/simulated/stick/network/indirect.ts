import type { ApsFrame, Ieee, SimulationTime } from "../../radio.ts";

/** A frame for a sleeping child waits this long (macTransactionPersistenceTime). */
export const persistenceMs = 7680;
/** Limit of waiting frames, for all children together; one more is refused. */
export const indirectCapacity = 64;

/** How a waiting frame ended. */
export type IndirectOutcome = "taken" | "expired";

export interface WaitingFrame {
  readonly frame: ApsFrame;
  readonly ended: (outcome: IndirectOutcome) => void;
}

interface Entry extends WaitingFrame {
  readonly ieee: Ieee;
  readonly cancelExpiry: () => void;
  isOnAir: boolean;
}

/** The parent's mailbox for sleeping children: frames wait until the child polls or they expire. */
export class IndirectQueue {
  readonly #time: SimulationTime;
  readonly #entries = new Set<Entry>();

  constructor(time: SimulationTime) {
    this.#time = time;
  }

  /** @returns false when the mailbox is full. */
  put(ieee: Ieee, waiting: WaitingFrame): boolean {
    if (this.#entries.size >= indirectCapacity) return false;
    const entry: Entry = {
      ...waiting,
      ieee,
      isOnAir: false,
      cancelExpiry: this.#time.after(persistenceMs, () => {
        this.#entries.delete(entry);
        entry.ended("expired");
      }),
    };
    this.#entries.add(entry);
    return true;
  }

  /**
   * The child has polled: hands its frames out, oldest first. A frame stays here until the child has
   * acknowledged it, and is not handed out twice at a time.
   * @param send sends a frame by radio; `acknowledged` reports whether the child took it
   */
  poll(
    ieee: Ieee,
    send: (frame: ApsFrame, acknowledged: (isTaken: boolean) => void) => void,
  ): void {
    for (const entry of this.#entries) {
      if (entry.ieee !== ieee || entry.isOnAir) continue;
      entry.isOnAir = true;
      send(entry.frame, (isTaken) => {
        entry.isOnAir = false;
        if (isTaken && this.#entries.delete(entry)) {
          entry.cancelExpiry();
          entry.ended("taken");
        }
      });
    }
  }

  /** Drops the frames for a child that has left; nobody is notified. */
  drop(ieee: Ieee): void {
    for (const entry of this.#entries) {
      if (entry.ieee === ieee) this.#remove(entry);
    }
  }

  /** Drops everything; nobody is notified: the stick lost its memory. */
  clear(): void {
    for (const entry of this.#entries) this.#remove(entry);
  }

  #remove(entry: Entry): void {
    entry.cancelExpiry();
    this.#entries.delete(entry);
  }
}
