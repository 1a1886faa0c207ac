import { type EnvelopeSource, wireRecordOf } from "../../sync/envelope.ts";
import type { TimeReading } from "../core/clock.ts";
import type { JournalRecord } from "../core/journal.ts";

/**
 * Events in the V1.6 envelope for callbacks: the same words as over MQTT, `id`, `seq` and `epoch`
 * included, by which a partner knows a repeat.
 */
export class EventEnvelopes {
  readonly #source: EnvelopeSource;

  constructor(source: EnvelopeSource) {
    this.#source = source;
  }

  /** @returns null for a record that is no event. Codes are opened: for the wire only. */
  of(record: JournalRecord): string | null {
    return record.entry.kind === "event" ? wireRecordOf(record, this.#source).body : null;
  }

  /** `journalGap` for records that are not kept any more: told outside the sequence, without a number. */
  ofGap(from: number, to: number, time: TimeReading): string {
    const { homeId, nickname } = this.#source.nameOf(null);
    return JSON.stringify({
      event: "journalGap",
      time: Math.floor(time.nowMs / 1000),
      uuid: this.#source.gatewayId,
      home_id: homeId,
      nickname,
      detail: { from, to, count: to - from + 1, reason: "pruned" },
    });
  }
}
