import { monitorEventLoopDelay } from "node:perf_hooks";
import type { LockDriver, NetworkInspector } from "../../drivers/lock-driver.ts";
import type { CloudSync } from "../../sync/cloud-sync.ts";
import type { MetricSample, MetricSource } from "../api/ports.ts";
import type { Callbacks } from "../callbacks/callbacks.ts";
import type { TimeReading } from "../core/model/clock.ts";
import type { RadioFigures } from "../locks/radio/radio-figures.ts";
import type { Store } from "../store/store.ts";
import { RadioMetrics } from "./radio-metrics.ts";

export interface MetricParts {
  readonly store: Store;
  readonly driver: LockDriver & NetworkInspector;
  readonly figures: RadioFigures;
  readonly callbacks: Callbacks;
  reading(): TimeReading;
  cloud(): CloudSync | null;
}

/** Numbers for Prometheus. Labels hold lock ids and callback ids, never names or codes. */
export class GatewayMetrics implements MetricSource {
  readonly #parts: MetricParts;
  readonly #radio: RadioMetrics;
  /** Starts with the first request for metrics, so that it costs nothing if nobody requests them. */
  #loopDelay: ReturnType<typeof monitorEventLoopDelay> | null = null;

  constructor(parts: MetricParts) {
    this.#parts = parts;
    this.#radio = new RadioMetrics(parts);
  }

  samples(): readonly MetricSample[] {
    const { store, driver, callbacks, reading, cloud } = this.#parts;
    const { oldest, head } = store.journalRange();
    const time = reading();
    const link = cloud()?.state();
    return [
      one("stick_online", "1 = the radio is online", flag(driver.radioState().kind === "online")),
      one("clock_lost", "1 = the gateway does not know the time", flag(time.state === "lost")),
      one("store_failed", "1 = a write to the store has failed", flag(store.failed.aborted)),
      one("journal_head", "Number of the newest journal record", head),
      one("journal_records", "Journal records in the store", head - oldest + 1),
      one("resident_bytes", "Resident memory of the process", process.memoryUsage.rss()),
      one("uptime_seconds", "Time since the start of the process", Math.round(process.uptime())),
      one(
        "event_loop_delay_seconds",
        "99th percentile of the event loop's delay since the last request for metrics",
        this.#delay(),
      ),
      ...(link === undefined
        ? []
        : [
            one(
              "cloud_connected",
              "1 = the gateway is connected to the broker",
              flag(link.connected),
            ),
            one(
              "cloud_backlog",
              "Journal records that the cloud has not acknowledged yet",
              link.backlog,
            ),
          ]),
      ...[...store.list("lock")].flatMap((lock) => this.#ofLock(lock.lock)),
      ...this.#radio.samples(),
      ...callbacks.statuses.flatMap(({ callbackId, backlog, leftOut }) => {
        const labels = { callback: callbackId };
        const help = {
          backlog: "Journal records that still wait for this callback's URL",
          leftOut: "Events that this callback's URL will never get",
        };
        return [
          { name: "callback_backlog", help: help.backlog, labels, value: backlog },
          { name: "callback_left_out", help: help.leftOut, labels, value: leftOut },
        ];
      }),
    ];
  }

  #ofLock(id: `0x${string}`): readonly MetricSample[] {
    const { store } = this.#parts;
    const lock = store.get("lock", [id]);
    if (lock === undefined) return [];
    const labels = { lock: id };
    const passwords = [...store.list("password", [id])];
    const count = (stage: string) =>
      passwords.filter(({ operationStage }) => operationStage === stage).length;
    const help = {
      online: "1 = the lock can be reached by radio",
      battery: "Battery level in percent; -1 = not known",
      passwords: "Passwords of the lock",
      pending: "Password changes that wait for the lock",
      failed: "Password changes that failed",
    };
    return [
      { name: "lock_online", help: help.online, labels, value: flag(lock.isOnline) },
      {
        name: "lock_battery_percent",
        help: help.battery,
        labels,
        value: lock.batteryPercent ?? -1,
      },
      { name: "lock_passwords", help: help.passwords, labels, value: passwords.length },
      { name: "lock_pending", help: help.pending, labels, value: count("inProgress") },
      { name: "lock_failed", help: help.failed, labels, value: count("failed") },
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

function one(name: string, help: string, value: number): MetricSample {
  return { name, help, labels: {}, value };
}

function flag(isSo: boolean): 0 | 1 {
  return isSo ? 1 : 0;
}
