import type { TimeReading } from "../core/model/clock.ts";
import { type EnvelopeSource, wireRecordOf } from "../../sync/up/wire-record.ts";
import type { EventName, JournalRecord } from "../core/model/journal.ts";

/** What people did at the gateway concerns its owner and the owner's cloud, not the partners behind callbacks. */
const ownersEvents: ReadonlySet<EventName> = new Set(["activity", "signInRefused", "callDenied"]);

/**
 * Events in the V1.6 envelope for callbacks: the same words as over MQTT, `id`, `seq` and `epoch`
 * included, by which a partner knows a repeat.
 */
export class EventEnvelopes {
  readonly #source: EnvelopeSource;

  constructor(source: EnvelopeSource) {
    this.#source = source;
  }

  /** @returns null for a record that is no event for partners. Codes are opened: for the wire only. */
  of(record: JournalRecord): string | null {
    const { entry } = record;
    if (entry.kind !== "event" || ownersEvents.has(entry.event)) return null;
    return wireRecordOf(record, this.#source).body;
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
