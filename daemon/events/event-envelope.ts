import type { JsonObject } from "../base/json.ts";
import { withValueAt } from "../base/json-path.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { EventEntry, EventName, JournalRecord, SealedDetail } from "../core/model/journal.ts";
import type { Secret } from "../core/model/secret.ts";
import type { DeviceName } from "./device-names.ts";

/** How envelopes call the gateway and its locks. */
export interface EnvelopeNames {
  readonly gatewayId: string;
  /** Names of a lock, or (null) of the gateway itself. */
  nameOf(lock: LockId | null): DeviceName;
}

/** What the envelopes of a journal record need beside the record. */
export interface EnvelopeSource extends EnvelopeNames {
  /** Opens a sealed code. @throws when the seal is broken or its key is gone. */
  openSealed(detail: SealedDetail, lock: LockId | null): Secret;
}

/** An event as an envelope tells it. */
export interface EventFacts {
  readonly event: EventName;
  /** The lock it concerns; null = the gateway itself. */
  readonly lock: LockId | null;
  /** When it happened, ms UTC. */
  readonly atMs: number;
  readonly detail: JsonObject | null;
}

/** JSON whose sealed codes were opened. It may hold plain codes: it goes to the socket and nowhere else. */
export interface OpenedJson {
  readonly object: JsonObject;
  /** Codes that could not be opened: null is at their paths. */
  readonly unreadable: readonly SealedDetail[];
}

/**
 * Returns the event envelope of the open platform API V1.6, section 9: the fields that MQTT, callbacks and
 * live events have in common.
 */
export function eventEnvelope(facts: EventFacts, names: EnvelopeNames): JsonObject {
  const { event, lock, atMs, detail } = facts;
  const { homeId, roomId, nickname } = names.nameOf(lock);
  return {
    event,
    time: Math.floor(atMs / 1000),
    uuid: lock ?? names.gatewayId,
    home_id: homeId,
    ...(roomId === null ? {} : { room_id: roomId }),
    nickname,
    ...(detail === null ? {} : { detail }),
  };
}

/**
 * Returns the envelope of an event in the journal as MQTT and callbacks carry it: with its codes in clear,
 * and with `id`, `seq` and `epoch`, by which the receiver recognises a repeat.
 */
export function journalEventEnvelope(
  record: JournalRecord,
  entry: EventEntry,
  source: EnvelopeSource,
): OpenedJson {
  const { event, lock, sealed = [], happened } = entry;
  const { atMs, clock } = happened ?? record;
  const opened = withCodes(entry.detail ?? {}, sealed, (one) => source.openSealed(one, lock));
  const detail = entry.detail === null ? null : opened.object;
  const object = {
    ...eventEnvelope({ event, lock, atMs, detail }, source),
    id: happened?.id ?? record.id,
    seq: record.seq,
    epoch: record.epoch,
    clock,
  };
  return { object, unreadable: opened.unreadable };
}

/** Returns `object` with each sealed code in clear at its path. */
export function withCodes(
  object: JsonObject,
  sealed: readonly SealedDetail[],
  open: (detail: SealedDetail) => Secret,
): OpenedJson {
  const unreadable: SealedDetail[] = [];
  let opened = object;
  for (const one of sealed) {
    let code: string | null = null;
    try {
      code = open(one).reveal();
    } catch {
      // The rest of the event is true: it must not wait for a code that no key opens any more.
      unreadable.push(one);
    }
    opened = withValueAt(opened, one.path, code);
  }
  return { object: opened, unreadable };
}
