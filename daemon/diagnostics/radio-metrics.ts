import type { NetworkInspector } from "../../drivers/lock-driver.ts";
import type { MetricSample } from "../api/ports.ts";
import { slotCoverage } from "../core/audit/slot-coverage.ts";
import { radioUpSinceMs, radioUpSinceSetting } from "../core/contact/radio-up-since.ts";
import type { TimeReading } from "../core/model/clock.ts";
import type { LockRecord } from "../core/model/lock.ts";
import type { RadioFigures } from "../locks/radio/radio-figures.ts";
import type { Store } from "../store/store.ts";
import { knownSample, sampleOf } from "./metric-table.ts";

export interface RadioMetricParts {
  readonly store: Store;
  readonly driver: Pick<NetworkInspector, "network" | "ping">;
  readonly figures: RadioFigures;
  reading(): TimeReading;
}

/** Metrics of the radio: how fast and how reliably changes reach the locks. */
export class RadioMetrics {
  readonly #parts: RadioMetricParts;
  /** The driver's values at the previous reading; each reading requests new ones. */
  #linkQuality: ReadonlyMap<string, number> = new Map();

  constructor(parts: RadioMetricParts) {
    this.#parts = parts;
  }

  samples(): readonly MetricSample[] {
    const { figures, store } = this.#parts;
    void this.#askLinks();
    const percentiles = [50, 99].flatMap((percentile) =>
      knownSample("confirm_seconds", figures.confirmSeconds(percentile / 100), {
        percentile: String(percentile),
      }),
    );
    return [
      ...percentiles,
      sampleOf("confirmed_changes_total", figures.confirmed),
      ...[...store.list("lock")].flatMap((lock) => this.#ofLock(lock)),
    ];
  }

  #ofLock(record: LockRecord): readonly MetricSample[] {
    const { lock, lockClock } = record;
    const { figures, store, reading } = this.#parts;
    const { frames, unanswered, reads } = figures.of(lock);
    const slots = [...store.list("slot", [lock])];
    const overdue = slots.filter(({ overdueToldAtMs }) => overdueToldAtMs !== null).length;
    const used = slots.filter(({ holder }) => holder !== null).length;
    const radioUpSince = radioUpSinceMs(store.get("setting", radioUpSinceSetting)?.value);
    const view = {
      lock: record,
      passwords: [],
      slots: new Map(slots.map((one) => [one.userId, one])),
    };
    const coverage = slotCoverage(view, radioUpSince, reading().nowMs);
    const { slotsUnknown, unknownForMs, oldestReadMs } = coverage;
    const linkQuality = this.#linkQuality.get(lock) ?? null;
    const of = { lock };
    return [
      sampleOf("lock_frames_total", frames, of),
      sampleOf("lock_unanswered_operations_total", unanswered, of),
      ...Object.entries(reads).map(([read, value]) =>
        sampleOf("lock_reads_total", value, { lock, read }),
      ),
      sampleOf("lock_slots", used, of),
      sampleOf("lock_overdue_revocations", overdue, of),
      sampleOf("lock_slots_unknown", slotsUnknown, of),
      ...knownSample("lock_slots_unknown_age_seconds", secondsOf(unknownForMs), of),
      ...knownSample("lock_slot_read_age_seconds", secondsOf(oldestReadMs), of),
      ...knownSample("lock_clock_drift_seconds", lockClock.driftSeconds, of),
      ...knownSample("lock_link_quality", linkQuality, of),
    ];
  }

  async #askLinks(): Promise<void> {
    try {
      const { devices } = await this.#parts.driver.network(false);
      this.#linkQuality = new Map(
        devices.flatMap(({ uuid, linkQuality }): [string, number][] =>
          linkQuality === null ? [] : [[uuid, linkQuality]],
        ),
      );
    } catch {
      // Without a stick no link quality is known.
      this.#linkQuality = new Map();
    }
  }
}

function secondsOf(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / 1000);
}
