import { type ClockState, timestampOf } from "../../daemon/core/model/clock.ts";
import type { EventTime } from "../../daemon/core/model/journal.ts";
import { put, type Store, type Transaction } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import { lossEvents } from "./state-body.ts";

const settingName = "sync.offlineSince";
/** The value while the connection is up. A process that finds it at its start was killed while connected. */
const connected = "connected";

/**
 * Records since when the gateway is offline, also across restarts, so that the event of each loss has its
 * true times.
 */
export class OfflinePeriods {
  readonly #store: Store;
  readonly #clock: SyncClock;
  readonly #alarmAfterMs: number;
  readonly #onFailure: (error: unknown) => void;
  /** If the process before this one ended while connected, this is the latest time of the loss. */
  readonly #startedAt: EventTime;

  constructor(
    store: Store,
    clock: SyncClock,
    options: { readonly alarmAfterMs: number; onFailure(error: unknown): void },
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#alarmAfterMs = options.alarmAfterMs;
    this.#onFailure = options.onFailure;
    this.#startedAt = this.#now();
  }

  /** The connection is lost or closed. Resolves when that is written; never rejects. */
  noteLoss(): Promise<void> {
    if (this.#stored() !== connected) return Promise.resolve();
    const { atMs, clock } = this.#now();
    const value = `${clock} ${atMs}`;
    return this.#commit({ changes: [put("setting", [settingName], { value })], journal: [] });
  }

  /** The connection is up: a loss that was long enough goes into the journal. Never rejects. */
  noteReturn(): Promise<void> {
    const lost = this.#lostAt();
    const back = this.#now();
    const isAlarm = lost !== null && back.atMs - lost.atMs >= this.#alarmAfterMs;
    if (!isAlarm && this.#stored() === connected) return Promise.resolve();
    return this.#commit({
      changes: [put("setting", [settingName], { value: connected })],
      journal: isAlarm && lost !== null ? lossEvents(lost, back) : [],
    });
  }

  /** Returns null if the gateway was never connected before. */
  #lostAt(): EventTime | null {
    const stored = this.#stored();
    if (stored === connected) return this.#startedAt;
    const parts = /^(synced|holding|lost) ([0-9]{1,16})$/.exec(stored);
    if (parts === null) return null;
    return { clock: clockStateOf(parts[1]), atMs: Number(parts[2]) };
  }

  #stored(): string {
    const value = this.#store.get("setting", [settingName])?.value;
    return typeof value === "string" ? value : "";
  }

  #now(): EventTime {
    return timestampOf(this.#clock.reading());
  }

  async #commit(transaction: Transaction): Promise<void> {
    const { atMs, clock } = this.#now();
    try {
      await this.#store.commit(transaction, { atMs, clock });
    } catch (error) {
      this.#onFailure(error);
    }
  }
}

function clockStateOf(text: string | undefined): ClockState {
  return text === "synced" || text === "holding" ? text : "lost";
}
