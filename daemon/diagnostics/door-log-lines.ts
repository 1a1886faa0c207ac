import type { JsonObject } from "../base/json.ts";
import { activityIds } from "../core/logs/activity-log.ts";
import type { EventName } from "../core/model/journal.ts";

/**
 * What the log says about each event at `info`: null = nothing, because the part that reports the event writes a line
 * of its own, or because the event is about a message to the cloud.
 */
const lines: Readonly<Record<EventName, string | null>> = {
  lockPaired: "lock paired",
  lockRemoved: "lock unpaired",
  lockOfflineAlarm: "lock lost: it does not answer",
  clearLockOfflineAlarm: "lock is back",
  lockerOpenAlarm: "lock opened",
  accessRefused: "lock did not open for a known code",
  wrongPwdAlarm: "three wrong codes in a row",
  outOfWindowOpen: "lock opened outside the code's period",
  duressAlarm: "lock opened with a duress code",
  lockJammedAlarm: "the bolt is jammed",
  lockNotMovedAlarm: "the bolt did not move",
  brokenAlarm: "lock reports tampering",
  batteryAlarm: "battery is low",
  clearBattryAlarm: "battery is well again",
  // pwdOperation has a line for each outcome.
  pwdOperation: null,
  pwdSync: "administrator's code of the lock taken over",
  pwdAddLocal: "code made at the keypad",
  pwdUpdateLocal: "code changed at the keypad",
  pwdDelLocal: "code deleted at the keypad",
  pwdRevokeOverdue: "code may still open although it should not",
  pwdRetired: "code is over and gone from the lock",
  pwdRestored: "code is wanted again after the clock was set back",
  // Each door has a line of its own, by its pwdOperation.
  grantOutcome: null,
  slotDrift: "lock differs from what was confirmed",
  clockAlarm: "the time was set or corrected",
  // `activity` has a line for each kind of call.
  activity: null,
  centerOfflineAlarm: null,
  clearCenterOfflineAlarm: null,
  lockRejoinedAlarm: null,
  clearLockRejoinedAlarm: "lock confirmed: it gets codes again",
  lockFound: null,
  joiningClosed: null,
  stickOfflineAlarm: null,
  clearStickOfflineAlarm: null,
  apiOfflineAlarm: null,
  clearApiOfflineAlarm: null,
  refusedMessageAlarm: null,
  cloudSilentAlarm: "the cloud has not confirmed anything for a day",
  clearCloudSilentAlarm: "the cloud confirms again",
  duplicateGatewayAlarm: null,
  upgradeRolledBack: null,
  recordTooLargeAlarm: null,
  messageRequest: null,
  signInRefused: null,
  callDenied: null,
  journalGap: null,
};

/** Lines for calls about who may do what; other calls show in their effects on a lock. */
const callLines: ReadonlyMap<string, string> = new Map(
  (
    [
      [activityIds.clientAdded, "client added"],
      [activityIds.clientRemoved, "client removed"],
      [activityIds.accountAdded, "account added"],
      [activityIds.accountChanged, "account changed"],
      [activityIds.accountRemoved, "account removed"],
      [activityIds.passAdded, "installer's pass made"],
      [activityIds.passRemoved, "installer's pass ended"],
      [activityIds.sessionEnded, "browser signed out"],
      [activityIds.callbackAdded, "callback added"],
      [activityIds.callbackRemoved, "callback removed"],
      [activityIds.networkOpened, "network opened or closed for joining"],
      [activityIds.lockOpenedRemotely, "lock opened by a call"],
      [activityIds.lockClosedRemotely, "lock locked by a call"],
      [activityIds.lockRenamed, "lock renamed"],
      [activityIds.grantsReleased, "grants released"],
      [activityIds.backupMade, "backup made"],
      [activityIds.keysRotated, "keys renewed"],
    ] as const
  ).map(([id, text]) => [String(id), text]),
);

/** Operations and stages of `pwdOperation` by their numbers (V1.6 section 6). */
const operations = ["", "add", "delete", "update", "freeze", "unfreeze"];
const stageDone = 3;

/** Fields that a line takes over as they are; none of them may be a code or a person's text. */
const plainFields = [
  ...["reason", "method", "password_id", "unlock_id", "user_id", "percent", "age", "cause"],
  ...["action", "lock_state", "expected", "found", "model", "brand", "version", "again"],
] as const;

/** Returns the line about an event, or null if there is none. */
export function doorLine(
  event: EventName,
  detail: JsonObject,
): { readonly text: string; readonly fields: JsonObject } | null {
  if (event === "activity") return callLine(detail);
  const fields = {
    ...Object.fromEntries(
      plainFields.flatMap((name) => {
        const value = detail[name];
        return typeof value === "string" || typeof value === "number" ? [[name, value]] : [];
      }),
    ),
    ...passwordField(detail),
  };
  if (event === "pwdOperation") {
    const operation = operations[Number(detail["operation"])] ?? "";
    const isDone = detail["operation_stage"] === stageDone;
    return { text: isDone ? "code confirmed" : "code failed", fields: { operation, ...fields } };
  }
  const text = lines[event];
  if (text === null) return null;
  // The record of the lock has gone with its name.
  const name = event === "lockRemoved" ? detail["name"] : undefined;
  return { text, fields: typeof name === "string" ? { name, ...fields } : fields };
}

/** An opening names its password `sourceid`, and an edit at the keypad has it in an object. */
function passwordField({ sourceid, password }: JsonObject): JsonObject {
  if (typeof sourceid === "number") return { password_id: sourceid };
  const inner = typeof password === "object" && password !== null ? password : {};
  const id: unknown = Reflect.get(inner, "id");
  return typeof id === "number" ? { password_id: id } : {};
}

function callLine({ op_id, caller, transport, target }: JsonObject) {
  const text = callLines.get(String(op_id));
  if (text === undefined) return null;
  const about: unknown =
    typeof target === "object" && target !== null ? Reflect.get(target, "id") : null;
  const fields: JsonObject = {
    by: String(caller),
    transport: String(transport),
    ...(typeof about === "string" ? { about } : {}),
  };
  return { text, fields };
}
