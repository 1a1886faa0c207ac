import { monitorEventLoopDelay } from "node:perf_hooks";
import type { LockDriver, NetworkInspector } from "../../drivers/lock-driver.ts";
import type { CloudSync } from "../../sync/cloud-sync.ts";
import type { MetricSample, MetricSource } from "../api/ports.ts";
import type { Callbacks } from "../callbacks/callbacks.ts";
import type { TimeReading } from "../core/model/clock.ts";
import type { LockRecord } from "../core/model/lock.ts";
import type { OperationStage } from "../core/model/password.ts";
import type { RadioFigures } from "../locks/radio/radio-figures.ts";
import type { Store } from "../store/store.ts";
import { knownSample, sampleOf } from "./metric-table.ts";
import { RadioMetrics } from "./radio-metrics.ts";

export interface MetricParts {
  readonly store: Store;
  readonly driver: LockDriver & NetworkInspector;
  readonly figures: RadioFigures;
  readonly callbacks: Callbacks;
  readonly version: string;
  readonly gatewayId: string;
  reading(): TimeReading;
  cloud(): CloudSync | null;
}

/** Numbers for Prometheus. Who may see a lock sees its name in `lock_info`; no label holds a person or a code. */
export class GatewayMetrics implements MetricSource {
  readonly #parts: MetricParts;
  readonly #radio: RadioMetrics;
  readonly #startSeconds = Math.round(performance.timeOrigin / 1000);
  /** Starts with the first request for metrics, so that it costs nothing if nobody requests them. */
  #loopDelay: ReturnType<typeof monitorEventLoopDelay> | null = null;

  constructor(parts: MetricParts) {
    this.#parts = parts;
    this.#radio = new RadioMetrics(parts);
  }

  samples(): readonly MetricSample[] {
    const { version, gatewayId } = this.#parts;
    return [
      sampleOf("build_info", 1, { version, gateway: gatewayId }),
      sampleOf("start_time_seconds", this.#startSeconds),
      sampleOf("resident_memory_bytes", process.memoryUsage.rss()),
      sampleOf("event_loop_delay_seconds", this.#delay()),
      ...this.#ofGateway(),
      ...this.#ofCallbacks(),
      ...[...this.#parts.store.list("lock")].flatMap((lock) => this.#ofLock(lock)),
      ...this.#radio.samples(),
    ];
  }

  #ofGateway(): readonly MetricSample[] {
    const { store, driver, reading, cloud } = this.#parts;
    const { oldest, head } = store.journalRange();
    const link = cloud()?.state();
    return [
      sampleOf("stick_online", flag(driver.radioState().kind === "online")),
      sampleOf("clock_lost", flag(reading().state === "lost")),
      sampleOf("store_failed", flag(store.failed.aborted)),
      sampleOf("journal_head", head),
      sampleOf("journal_records", head - oldest + 1),
      ...(link === undefined
        ? []
        : [
            sampleOf("cloud_connected", flag(link.connected)),
            sampleOf("cloud_backlog_records", link.backlog),
          ]),
    ];
  }

  #ofCallbacks(): readonly MetricSample[] {
    return this.#parts.callbacks.statuses.flatMap(({ callbackId: callback, backlog, leftOut }) => [
      sampleOf("callback_backlog_records", backlog, { callback }),
      sampleOf("callback_left_out_events_total", leftOut, { callback }),
    ]);
  }

  #ofLock(record: LockRecord): readonly MetricSample[] {
    const { lock, name, manufacturer: brand, model, isOnline, batteryPercent } = record;
    const passwords = [...this.#parts.store.list("password", [lock])];
    const count = (stage: OperationStage) =>
      passwords.filter(({ operationStage }) => operationStage === stage).length;
    const battery = batteryPercent === null ? null : batteryPercent / 100;
    const hasStick = this.#parts.driver.radioState().kind === "online";
    return [
      sampleOf("lock_info", 1, { lock, name, brand, model }),
      sampleOf("lock_online", flag(isOnline && hasStick), { lock }),
      ...knownSample("lock_battery_ratio", battery, { lock }),
      sampleOf("lock_passwords", passwords.length, { lock }),
      sampleOf("lock_pending_changes", count("inProgress"), { lock }),
      sampleOf("lock_failed_changes", count("failed"), { lock }),
    ];
  }

  #delay(): number {
    if (this.#loopDelay === null) {
      this.#loopDelay = monitorEventLoopDelay({ resolution: 20 });
      this.#loopDelay.enable();
      return 0;
    }
    const p99 = this.#loopDelay.percentile(99) / 1e9;
    this.#loopDelay.reset();
    return Number.isFinite(p99) ? p99 : 0;
  }
}

function flag(isSo: boolean): 0 | 1 {
  return isSo ? 1 : 0;
}
