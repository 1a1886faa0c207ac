import Type, { type Static } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { eventSeqOf, isOutdated } from "../../core/evidence/event-sequence.ts";
import { recalled, type Shown } from "../../core/evidence/slot-content-shown.ts";
import { keypadPassword } from "../../core/keypad/keypad-password.ts";
import type { LockId, UserId } from "../../core/model/door-lock.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import type { PinReading } from "../../core/model/operation.ts";
import type { SlotRecord } from "../../core/model/slot.ts";
import { passwordOperationEvent } from "../../core/outcome/password-event.ts";
import { holdsJunk } from "../../core/plan/junk.ts";
import { nextPasswordIdAfter } from "../../core/plan/slot-allocation.ts";
import { untouchedSlot } from "../../core/plan/slot-of.ts";
import { type Change, put } from "../../store/store.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import type { SlotAnswer } from "../diagnostics/diagnostics.ts";
import { answer, readCommand } from "../read-command.ts";
import { anyResult, lockAddress, text } from "../schema/request-fields.ts";
import { findLock } from "./address.ts";
import { immediateOptions } from "./immediate-options.ts";
import { scanReply, unmanagedReply } from "./lock-replies.ts";

/** Slots read by one scan: with 10 s for each at worst, an answer still comes. */
const maxScanned = 32;

const userId = Type.Integer({ minimum: 0, maximum: 0xffff, description: "ZCL user id" });

const scanInput = Type.Object(
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

const scanLock: Command<typeof scanInput> = {
  name: "scan_lock",
  summary: "Reads slots from the lock now; ends at the first that cannot be reached.",
  access: "technician",
  isReadOnly: false,
  input: scanInput,
  output: scanReply,
  run: scan,
};

/** Locks with a scan under way: one a lock, so that nobody fills its time. */
const scanned = new Set<LockId>();

async function scan(
  context: CommandContext,
  input: Static<typeof scanInput>,
): Promise<() => Decision> {
  const record = findLock(context.view, input);
  const { lock } = record;
  if (scanned.has(lock)) {
    throw new GatewayError("busy", "uuid: the lock's slots are being read already", {
      field: "uuid",
    });
  }
  scanned.add(lock);
  try {
    return await scanOnce(context, record, input);
  } finally {
    scanned.delete(lock);
  }
}

async function scanOnce(
  context: CommandContext,
  record: LockRecord,
  input: Static<typeof scanInput>,
): Promise<() => Decision> {
  const { view, site } = context;
  const { lock, capabilities } = record;
  const first = input.from ?? capabilities.firstUserId;
  const last = Math.min(capabilities.lastUserId, first + (input.count ?? 10) - 1);
  const seen: HandReading[] = [];
  let at = first;
  for (; at <= last; at += 1) {
    const before = view.get("slot", [lock, at]) ?? untouchedSlot(record, at);
    const askedSeq = eventSeqOf(view.get("lock", [lock]) ?? record);
    const reading = await site.diagnostics.readSlot(lock, at, immediateOptions(context));
    if (reading.kind !== "read") {
      if (seen.length === 0) throw unreadable(reading);
      break;
    }
    seen.push({ before, askedSeq, reading: reading.reading });
  }
  return () => ({
    ...answer({
      slots: seen.map(({ before, reading }) => readingWords(before, reading)),
      next: at > capabilities.lastUserId ? null : at,
    }),
    changes: seen.flatMap((one) => learned(context, one)),
    wake: [lock],
  });
}

interface HandReading {
  readonly before: SlotRecord;
  /** Number of the lock's newest event when the slot was asked for. */
  readonly askedSeq: number;
  readonly reading: PinReading;
}

/** What was read, unless the slot was worked on meanwhile: then what is recorded is newer. */
function learned(context: CommandContext, { before, askedSeq, reading }: HandReading): Change[] {
  const { view, time } = context;
  const now = view.get("slot", [before.lock, before.userId]);
  const lock = view.get("lock", [before.lock]);
  if (lock === undefined || isOutdated(askedSeq, lock, now)) return [];
  if ((now !== undefined && now !== before) || before.mayDiffer) return [];
  // The plan reads it and finds out what became of an edit that was told.
  if (before.localEdit !== null || (before.unprovenEdit ?? null) !== null) return [];
  const shown = contentOf(context, before.lock, reading);
  const content = recalled(shown, before.content, "getPinCode");
  const verified = { confidence: "confirmed", verifiedAtMs: time.nowMs } as const;
  return [put("slot", [before.lock, before.userId], { ...before, ...verified, content })];
}

function contentOf({ sealer }: CommandContext, lock: LockId, reading: PinReading): Shown {
  if (reading.kind === "empty") return reading;
  const { pinCode, userStatus, userType } = reading;
  const mark = pinCode === "masked" ? null : sealer.mark(lock, pinCode);
  return { kind: "occupied", mark, userStatus, userType };
}

function readingWords({ userId: id, holder }: SlotRecord, reading: PinReading): JsonObject {
  const isEnabled = reading.kind === "occupied" && reading.userStatus === "occupiedEnabled";
  const atLock = reading.kind === "empty" ? "empty" : isEnabled ? "enabled" : "disabled";
  const isShown = reading.kind === "occupied" && reading.pinCode !== "masked";
  return { user_id: id, password_id: holder, at_lock: atLock, is_code_shown: isShown ? 1 : 0 };
}

const addressed = Type.Object(lockAddress, { additionalProperties: false });

const listUnmanaged = readCommand({
  name: "list_unmanaged",
  summary: "Codes on the lock that are nobody's here: adopt them or delete them.",
  access: "technician",
  input: addressed,
  output: unmanagedReply,
  run({ view }, input) {
    const { lock } = findLock(view, input);
    const slots = [...view.list("slot", [lock])].filter(isUnmanaged).map((slot) => ({
      user_id: slot.userId,
      at_lock:
        slot.content.kind === "occupied" && slot.content.userStatus === "occupiedEnabled"
          ? "enabled"
          : "disabled",
      verified_at: slot.verifiedAtMs === null ? null : Math.floor(slot.verifiedAtMs / 1000),
    }));
    return answer({ slots });
  },
});

function isUnmanaged(slot: SlotRecord): boolean {
  return slot.holder === null && slot.content.kind === "occupied" && !holdsJunk(slot);
}

const adoptInput = Type.Object(
  { ...lockAddress, user_id: userId, name: Type.Optional(text("name for the history")) },
  { additionalProperties: false },
);

const adoptCode: Command<typeof adoptInput> = {
  name: "adopt_code",
  summary: "Makes an unmanaged code a password of the gateway's: permanent, until it is changed.",
  access: "manager",
  isReadOnly: false,
  input: adoptInput,
  output: Type.Object({ password_id: Type.Integer() }),
  async run(context, input) {
    const { view, site } = context;
    const { lock } = findLock(view, input);
    const before = requireUnmanaged(view, lock, input.user_id);
    const found = await site.diagnostics.readSlot(lock, input.user_id, immediateOptions(context));
    if (found.kind !== "read") throw unreadable(found);
    return () => adopted(context, { before, name: input.name ?? "" }, found.reading);
  },
};

function adopted(
  context: CommandContext,
  wanted: { readonly before: SlotRecord; readonly name: string },
  reading: PinReading,
): Decision {
  const { view, sealer, time } = context;
  const { lock: id, userId: slotId } = wanted.before;
  const lock = findLock(view, { uuid: id });
  const slot = requireUnmanaged(view, id, slotId);
  if (slot !== wanted.before) throw workedOn();
  if (reading.kind === "empty") throw gone();
  const { pinCode } = reading;
  const sealedFor = `password/${id}/${context.newId()}`;
  const password = keypadPassword(
    {
      lock: id,
      id: lock.nextPasswordId,
      name: wanted.name,
      code: pinCode === "masked" ? null : sealer.seal(id, pinCode, sealedFor),
      sealedFor,
      isFrozen: reading.userStatus !== "occupiedEnabled",
      userId: slotId,
    },
    time.nowMs,
  );
  const counted: LockRecord = { ...lock, nextPasswordId: nextPasswordIdAfter(password.id) };
  const held: SlotRecord = {
    ...slot,
    holder: password.id,
    content: contentOf(context, id, reading),
    confidence: "confirmed",
    verifiedAtMs: time.nowMs,
    appliedRevision: 1,
    attemptedRevision: 1,
  };
  return {
    ...answer({ password_id: password.id }),
    changes: [
      put("password", [id, password.id], password),
      put("lock", [id], counted),
      put("slot", [id, slotId], held),
    ],
    journal: [passwordOperationEvent(password)],
    wake: [id],
  };
}

const deleteInput = Type.Object(
  { ...lockAddress, user_id: userId },
  { additionalProperties: false },
);

const deleteUnmanaged: Command<typeof deleteInput> = {
  name: "delete_unmanaged",
  summary: "Clears an unmanaged code from the lock now; one try.",
  access: "manager",
  isReadOnly: false,
  isOneShot: true,
  input: deleteInput,
  output: anyResult,
  async run(context, input) {
    const { view, site, time } = context;
    const { lock } = findLock(view, input);
    const before = requireUnmanaged(view, lock, input.user_id);
    const cleared = await site.diagnostics.clearSlot(
      lock,
      input.user_id,
      immediateOptions(context),
    );
    if (cleared !== "done") throw unreadable({ kind: cleared });
    return () => {
      const now = view.get("slot", [lock, input.user_id]);
      // The lock may tell of this clear as of an edit at its keypad, when the slot is somebody else's.
      const written = { writtenAtMs: time.nowMs, clearedAtMs: time.nowMs };
      const after: SlotRecord =
        now !== undefined && now !== before
          ? // Worked on meanwhile: what is recorded is newer.
            { ...now, ...written }
          : {
              ...before,
              ...written,
              content: { kind: "empty" },
              confidence: "unconfirmed",
              verifiedAtMs: time.nowMs,
            };
      return { ...answer({}), changes: [put("slot", [lock, input.user_id], after)], wake: [lock] };
    };
  },
};

/** @throws GatewayError `notFound`. */
function requireUnmanaged(view: CommandContext["view"], lock: LockId, id: UserId): SlotRecord {
  const slot = view.get("slot", [lock, id]);
  if (slot !== undefined && isUnmanaged(slot)) return slot;
  throw new GatewayError("notFound", `user_id: slot ${id} holds no unmanaged code`, {
    field: "user_id",
  });
}

function gone(): GatewayError {
  return new GatewayError("notFound", "user_id: the slot is empty now", { field: "user_id" });
}

function workedOn(): GatewayError {
  return new GatewayError("busy", "user_id: the slot changed while it was read; try again", {
    field: "user_id",
  });
}

function unreadable({ kind }: Pick<Exclude<SlotAnswer, { kind: "read" }>, "kind">): GatewayError {
  switch (kind) {
    case "refused":
      return new GatewayError("refusedByLock", "uuid: the lock refused", { field: "uuid" });
    case "unsupported":
      return new GatewayError("unsupported", "uuid: the lock cannot do this", { field: "uuid" });
    case "unreachable":
      return new GatewayError("unreachable", "uuid: the lock did not answer", { field: "uuid" });
  }
}

export const slotCommands: readonly Command[] = [
  scanLock,
  listUnmanaged,
  adoptCode,
  deleteUnmanaged,
];
