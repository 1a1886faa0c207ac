import type { TimeReading } from "../core/model/clock.ts";
import type { EventName, JournalRecord } from "../core/model/journal.ts";
import {
  type EnvelopeSource,
  eventEnvelope,
  journalEventEnvelope,
} from "../events/event-envelope.ts";

/** Events for the owner and the owner's cloud only: what people did at the gateway does not concern partners. */
const ownersEvents: ReadonlySet<EventName> = new Set(["activity", "signInRefused", "callDenied"]);

/** The bodies that are posted to callbacks: events in the V1.6 envelope, as over MQTT. */
export class EventEnvelopes {
  readonly #source: EnvelopeSource;

  constructor(source: EnvelopeSource) {
    this.#source = source;
  }

  /** Returns null for a record that is no event for partners. Codes are in clear: for the socket only. */
  of(record: JournalRecord): string | null {
    const { entry } = record;
    if (entry.kind !== "event" || ownersEvents.has(entry.event)) return null;
    return JSON.stringify(journalEventEnvelope(record, entry, this.#source).object);
  }

  /** Returns a `journalGap` for records that are no longer kept. It has no number: it is outside the sequence. */
  ofGap(from: number, to: number, time: TimeReading): string {
    const detail = { from, to, count: to - from + 1, reason: "pruned" };
    const gap = { event: "journalGap", lock: null, atMs: time.nowMs, detail } as const;
    return JSON.stringify(eventEnvelope(gap, this.#source));
  }
}
