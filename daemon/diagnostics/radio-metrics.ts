import type { NetworkInspector } from "../../drivers/lock-driver.ts";
import type { MetricSample } from "../api/ports.ts";
import { slotCoverage } from "../core/audit/slot-coverage.ts";
import { radioUpSinceMs, radioUpSinceSetting } from "../core/contact/radio-up-since.ts";
import type { TimeReading } from "../core/model/clock.ts";
import type { LockRecord } from "../core/model/lock.ts";
import type { RadioFigures } from "../locks/radio/radio-figures.ts";
import type { Store } from "../store/store.ts";

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
    const help = "Time from a change to the lock's confirmation, over the newest 1,024 changes";
    const quantiles = [0.5, 0.99].flatMap((quantile): MetricSample[] => {
      const value = figures.confirmSeconds(quantile);
      const labels = { quantile: String(quantile) };
      return value === null ? [] : [{ name: "confirm_seconds", help, labels, value }];
    });
    const confirmed = "Changes and ends of windows that locks have confirmed since the start";
    return [
      ...quantiles,
      { name: "confirmed", help: confirmed, labels: {}, value: figures.confirmed },
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
    const labels = { lock };
    const sample = (name: string, help: string, value: number): MetricSample => ({
      name: `lock_${name}`,
      help,
      labels,
      value,
    });
    return [
      sample("frames", "Frames sent to the lock since the start", frames),
      sample("unanswered", "Operations that the lock did not answer since the start", unanswered),
      sample("slots", "Slots that are assigned to passwords", used),
      sample(
        "overdue_revocations",
        "Revoked codes that the lock may still accept after their time",
        overdue,
      ),
      sample("slots_unknown", "Slots whose content is unknown", coverage.slotsUnknown),
      ...optional(sample, "slots_unknown_age_seconds", secondsOf(coverage.unknownForMs)),
      ...optional(sample, "slot_read_age_seconds", secondsOf(coverage.oldestReadMs)),
      ...optional(sample, "clock_drift_seconds", lockClock.driftSeconds),
      ...optional(sample, "link_quality", this.#linkQuality.get(lock) ?? null),
      ...Object.entries(reads).map(([read, value]) => ({
        name: "lock_reads",
        help: "Reads of slots and schedules since the start, by result",
        labels: { lock, read },
        value,
      })),
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

const optionalHelp: Readonly<Record<string, string>> = {
  slots_unknown_age_seconds:
    "Time for which the content of a slot has been unknown, of the slot with the longest",
  slot_read_age_seconds: "Time since the last read of the slot that was not read for longest",
  clock_drift_seconds: "Seconds by which the lock's own clock is ahead",
  link_quality: "Link quality of the lock's last frame, 0 to 255",
};

function optional(
  sample: (name: string, help: string, value: number) => MetricSample,
  name: string,
  value: number | null,
): readonly MetricSample[] {
  return value === null ? [] : [sample(name, optionalHelp[name] ?? "", value)];
}
