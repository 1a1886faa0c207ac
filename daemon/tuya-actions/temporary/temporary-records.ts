import type { Json, JsonObject } from "../../base/json.ts";
import type { CommandContext } from "../../commands/command.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { SealedDetail } from "../../core/model/journal.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import {
  administratorId,
  dynamicPasswordId,
  type PasswordId,
  type PasswordRecord,
} from "../../core/model/password.ts";
import type { SlotRecord } from "../../core/model/slot.ts";
import type { Change } from "../../store/store.ts";
import type { WorkingDayOrder } from "../ports.ts";
import { scheduleList } from "../schedule.ts";
import { deliveryStatus, effective, isInvalid, operateNumbers, phase } from "./password-status.ts";

/* Temporary passwords as both generations of the actions show them. */

/** The user of a password that is tied to no member; the actions call it "cloud". */
export const nobody = "0";

/** Returns whether it is neither the administrator's, nor the dynamic one, nor made at the keypad. */
function isTemporary(password: PasswordRecord): boolean {
  const { id, origin } = password;
  return id !== administratorId && id !== dynamicPasswordId && origin !== "keypad";
}

/** Returns them in the sequence of their creation. @param useful whether it must still be valid; undefined = all */
export function temporaryPasswords(
  { view, time }: CommandContext,
  lock: LockRecord,
  useful?: boolean,
): readonly PasswordRecord[] {
  return [...view.list("password", [lock.lock])].filter(
    (password) =>
      isTemporary(password) && (useful === undefined || isInvalid(password, time.nowMs) !== useful),
  );
}

/** @throws GatewayError `notFound`, naming `field`. */
export function findTemporary(
  context: CommandContext,
  lock: LockRecord,
  [field, id]: readonly [field: string, id: PasswordId],
): PasswordRecord {
  const password = context.view.get("password", [lock.lock, id]);
  if (password === undefined || password.isDeleted || !isTemporary(password)) {
    throw new GatewayError("notFound", `${field}: the lock has no temporary password ${id}`, {
      field,
    });
  }
  return password;
}

/** A record as an action shows it, and its sealed code. */
export interface RecordView {
  readonly fields: JsonObject;
  /** At `["password"]`. */
  readonly sealed: readonly SealedDetail[];
}

interface ViewOptions {
  readonly workingDay: WorkingDayOrder;
  readonly changes?: readonly Change[];
}

/**
 * Returns the record of the new generation: times in ms, as text.
 * @param options which bit of `workingDay` is Sunday, and the changes that are written with the record
 */
export function newGenerationRecord(
  context: CommandContext,
  password: PasswordRecord,
  { workingDay, changes = [] }: ViewOptions,
): RecordView {
  const { view, time } = context;
  const slot = slotAmong(changes) ?? slotOf(context, password);
  const { beginMs, endMs, weekly } = password.window;
  const isSent =
    changes.some(({ table }) => table === "message") ||
    view.get("message", [password.lock, password.id]) !== undefined;
  const fields = {
    deliveryStatus: deliveryStatus(password),
    devId: password.lock,
    effective: effective(password, time.nowMs),
    effectiveTime: String(beginMs ?? 0),
    id: password.id,
    invalidTime: String(endMs ?? 0),
    name: password.name,
    oneTime: password.isOneTime ? 1 : 0,
    operate: operateNumbers[password.operation],
    password: "",
    phase: phase(password, slot, time.nowMs),
    phone: password.sendTo,
    scheduleList: scheduleList(weekly, workingDay),
    sendMsg: isSent ? 1 : 0,
    status: !isInvalid(password, time.nowMs) && !password.isFrozen,
    timeZone: weekly?.timeZone ?? "",
    // It has no slot yet, or no longer.
    tyNumber: password.userId ?? -1,
    uid: ownerOf(context, password),
  };
  return { fields, sealed: codeOf(password) };
}

/** Returns the record of the old generation: times in s. */
export function oldGenerationRecord(context: CommandContext, password: PasswordRecord): RecordView {
  const { nowMs } = context.time;
  const { beginMs, endMs } = password.window;
  const fields = {
    phase: phase(password, slotOf(context, password), nowMs),
    effective: effective(password, nowMs),
    effectiveTime: Math.floor((beginMs ?? 0) / 1000),
    mobile: password.sendTo,
    name: password.name,
    canDelete: isInvalid(password, nowMs),
    invalidTime: Math.floor((endMs ?? 0) / 1000),
    id: password.id,
    gmtCreate: password.createdAtMs,
    oneTime: password.isOneTime ? 1 : 0,
    deliveryStatus: deliveryStatus(password),
    password: "",
  };
  return { fields, sealed: codeOf(password) };
}

/** Returns the records as a list at `path` of the answer, with their codes. */
export function listInAnswer(
  views: readonly RecordView[],
  path: readonly string[],
): { readonly list: readonly Json[]; readonly sealed: readonly SealedDetail[] } {
  return {
    list: views.map(({ fields }) => fields),
    sealed: views.flatMap(({ sealed }, index) =>
      sealed.map((detail) => ({ ...detail, path: [...path, index, ...detail.path] })),
    ),
  };
}

/** Returns the codes of a record that is the answer itself. */
export function sealedInAnswer(view: RecordView): readonly SealedDetail[] {
  return view.sealed.map((detail) => ({ ...detail, path: ["result", ...detail.path] }));
}

function codeOf({ code, sealedFor }: PasswordRecord): readonly SealedDetail[] {
  return code === null ? [] : [{ path: ["password"], code, boundTo: sealedFor }];
}

function slotAmong(changes: readonly Change[]): SlotRecord | undefined {
  for (const change of changes) {
    if (change.table === "slot" && change.value !== null) return change.value;
  }
  return undefined;
}

function slotOf({ view }: CommandContext, password: PasswordRecord): SlotRecord | undefined {
  if (password.userId === null) return undefined;
  const slot = view.get("slot", [password.lock, password.userId]);
  return slot?.holder === password.id ? slot : undefined;
}

/** Returns the member to whom the password is tied. */
function ownerOf({ view }: CommandContext, { lock, id }: PasswordRecord): string {
  for (const mode of view.list("opmode", [lock])) if (mode.passwordId === id) return mode.userId;
  return nobody;
}
