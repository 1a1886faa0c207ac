import Type, { type Static } from "typebox";
import type { JsonObject } from "../../../base/json.ts";
import { eventSeqOf, isOutdated } from "../../../core/evidence/event-sequence.ts";
import { recalled } from "../../../core/evidence/shown-slot-content.ts";
import { activityIds } from "../../../core/logs/activity-log.ts";
import type { LockId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { LockRecord } from "../../../core/model/lock.ts";
import type { PinReading } from "../../../core/model/operation.ts";
import type { SlotRecord } from "../../../core/model/slot.ts";
import { untouchedSlot } from "../../../core/plan/slot-of.ts";
import { type Change, put } from "../../../store/store.ts";
import { lockErrors, radioErrors } from "../../call-errors.ts";
import type { CommandContext, Decision } from "../../command.ts";
import { changing, writeCommand } from "../../definition.ts";
import { orNull, yesNo } from "../../schema/reply-fields.ts";
import { lockAddress } from "../../schema/request-fields.ts";
import { findLock } from "../address.ts";
import { immediateOptions } from "../immediate-options.ts";
import { atLock, passwordOfSlot } from "./slot-fields.ts";
import { contentOf, slotRefusal } from "./slot-reading.ts";

/** Limit of slots in one scan: at 10 s for each in the worst case, the caller still gets an answer. */
const maxScanned = 32;

const input = Type.Object(
  {
    ...lockAddress,
    from: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 0xffff, description: "first user id" }),
    ),
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: maxScanned, description: "how many, default 10" }),
    ),
  },
  { additionalProperties: false },
);

export const scanLock = writeCommand({
  name: "scan_lock",
  summary: "Reads slots from the lock now; ends at the first that cannot be reached.",
  access: "technician",
  errors: [...lockErrors, ...radioErrors],
  resources: [{ method: "POST", path: "/api/locks/:uuid/scan" }],
  phrases: [{ words: ["lock", "scan"], isOfLock: true }],
  activity: activityIds.lockScanned,
  input,
  output: Type.Object({
    slots: Type.Array(
      Type.Object({
        user_id: Type.Integer(),
        password_id: passwordOfSlot,
        at_lock: atLock,
        is_code_shown: yesNo("1 = the lock showed its code"),
      }),
    ),
    next: orNull(Type.Integer(), "continue from here"),
  }),
  run: scan,
});

/** Locks with a scan under way: one scan a lock, so that nobody fills its time. */
const scanned = new Set<LockId>();

async function scan(
  context: CommandContext,
  wanted: Static<typeof input>,
): Promise<() => Decision> {
  const record = findLock(context.view, wanted);
  const { lock } = record;
  if (scanned.has(lock)) {
    throw new GatewayError("busy", "uuid: the lock's slots are being read already", {
      field: "uuid",
    });
  }
  scanned.add(lock);
  try {
    return await scanOnce(context, record, wanted);
  } finally {
    scanned.delete(lock);
  }
}

async function scanOnce(
  context: CommandContext,
  record: LockRecord,
  wanted: Static<typeof input>,
): Promise<() => Decision> {
  const { view, site } = context;
  const { lock, capabilities } = record;
  const first = wanted.from ?? capabilities.firstUserId;
  const last = Math.min(capabilities.lastUserId, first + (wanted.count ?? 10) - 1);
  const readings: ScanReading[] = [];
  let userId = first;
  for (; userId <= last; userId += 1) {
    const before = view.get("slot", [lock, userId]) ?? untouchedSlot(record, userId);
    const askedSeq = eventSeqOf(view.get("lock", [lock]) ?? record);
    const read = await site.diagnostics.readSlot(lock, userId, immediateOptions(context));
    if (read.kind !== "read") {
      if (readings.length === 0) throw slotRefusal(read);
      break;
    }
    readings.push({ before, askedSeq, reading: read.reading });
  }
  const next = userId > capabilities.lastUserId ? null : userId;
  return () => ({
    ...changing(
      readings.flatMap((reading) => changesBy(context, reading)),
      { slots: readings.map(readingFields), next },
    ),
    wake: [lock],
  });
}

interface ScanReading {
  readonly before: SlotRecord;
  /** Number of the lock's newest event when the gateway asked for the slot. */
  readonly askedSeq: number;
  readonly reading: PinReading;
}

/** Returns the slot as it was read, or nothing when something newer is known of the slot by now. */
function changesBy(context: CommandContext, { before, askedSeq, reading }: ScanReading): Change[] {
  const { view, time } = context;
  const key = [before.lock, before.userId];
  const now = view.get("slot", key);
  const lock = view.get("lock", [before.lock]);
  if (lock === undefined || isOutdated(askedSeq, lock, now)) return [];
  if ((now !== undefined && now !== before) || before.mayDiffer) return [];
  // The plan reads the slot itself, to find out what became of an edit that the lock reported.
  if (before.localEdit !== null || (before.unprovenEdit ?? null) !== null) return [];
  const shown = contentOf(context, before.lock, reading);
  const content = recalled(shown, before.content, "getPinCode");
  return [
    put("slot", key, {
      ...before,
      confidence: "confirmed",
      verifiedAtMs: time.nowMs,
      content,
    }),
  ];
}

function readingFields({ before, reading }: ScanReading): JsonObject {
  const isEnabled = reading.kind === "occupied" && reading.userStatus === "occupiedEnabled";
  const isShown = reading.kind === "occupied" && reading.pinCode !== "masked";
  return {
    user_id: before.userId,
    password_id: before.holder,
    at_lock: reading.kind === "empty" ? "empty" : isEnabled ? "enabled" : "disabled",
    is_code_shown: isShown ? 1 : 0,
  };
}
