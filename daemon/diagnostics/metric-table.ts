import type { MetricSample } from "../api/ports.ts";

interface Metric {
  readonly type: MetricSample["type"];
  readonly help: string;
}

/**
 * Every metric of `/metrics`, without the prefix `latchd_`. Counters end in `_total` and begin at 0 with the process; the
 * units are seconds, bytes and ratios. Labels: `lock` (its uuid; `lock_info` has its name), `callback`, `read`.
 */
const metrics = {
  build_info: gauge("Always 1; the labels are the version and the gateway's id"),
  start_time_seconds: gauge("When the process started, Unix seconds"),
  resident_memory_bytes: gauge("Resident memory of the process"),
  event_loop_delay_seconds: gauge(
    "99th percentile of the event loop's delay since the last request for metrics",
  ),
  stick_online: gauge("1 = the Zigbee stick is online"),
  clock_lost: gauge("1 = the gateway does not know the time"),
  store_failed: gauge("1 = a write to the store has failed"),
  journal_head: gauge("Number of the newest journal record"),
  journal_records: gauge("Journal records in the store"),
  cloud_connected: gauge("1 = the gateway is connected to the broker"),
  cloud_backlog_records: gauge("Journal records that the cloud has not acknowledged yet"),
  callback_backlog_records: gauge("Journal records that still wait for this callback's URL"),
  callback_left_out_events_total: counter("Events that this callback's URL will never get"),
  confirmed_changes_total: counter("Changes and ends of windows that locks have confirmed"),
  confirm_seconds: gauge(
    "Time from a change to the lock's confirmation: a percentile of the newest 1,024 changes",
  ),
  lock_info: gauge("Always 1; the labels are the lock's name, brand and model"),
  lock_online: gauge("1 = the lock can be reached by radio; without a stick none can"),
  lock_battery_ratio: gauge("Battery level, 0 to 1; absent = not known"),
  lock_passwords: gauge("Passwords of the lock"),
  lock_pending_changes: gauge("Password changes that wait for the lock"),
  lock_failed_changes: gauge("Password changes that failed"),
  lock_frames_total: counter("Frames sent to the lock"),
  lock_unanswered_operations_total: counter("Operations that the lock did not answer"),
  lock_reads_total: counter("Reads of slots and schedules, by what they showed"),
  lock_slots: gauge("Slots that are assigned to passwords"),
  lock_overdue_revocations: gauge("Revoked codes that the lock may still accept after their time"),
  lock_slots_unknown: gauge("Slots whose content is unknown"),
  lock_slots_unknown_age_seconds: gauge(
    "Time for which the content of a slot has been unknown, of the slot with the longest",
  ),
  lock_slot_read_age_seconds: gauge(
    "Time since the last read of the slot that was not read for longest",
  ),
  lock_clock_drift_seconds: gauge("Seconds by which the lock's own clock is ahead"),
  lock_link_quality: gauge("Link quality of the lock's last frame, 0 to 255"),
} satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;

/** Returns the table, for the documents and their tests. */
export function metricTable(): ReadonlyMap<string, Metric> {
  return new Map(Object.entries(metrics));
}

/** Returns one sample of a metric. */
export function sampleOf(
  name: MetricName,
  value: number,
  labels: MetricSample["labels"] = {},
): MetricSample {
  return { name, ...metrics[name], labels, value };
}

/** Returns the sample, or none if the value is not known. */
export function knownSample(
  name: MetricName,
  value: number | null,
  labels: MetricSample["labels"],
): readonly MetricSample[] {
  return value === null ? [] : [sampleOf(name, value, labels)];
}

function gauge(help: string): Metric {
  return { type: "gauge", help };
}

function counter(help: string): Metric {
  return { type: "counter", help };
}
