import Type, { type Static } from "typebox";
import type { GrantRecord } from "../../core/grant/grant.ts";
import { openingsOf } from "../../core/grant/grant-uses.ts";
import { activityIds } from "../../core/logs/activity-log.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { PasswordId } from "../../core/model/password.ts";
import type { PinCode } from "../../core/model/secret.ts";
import { lockErrors } from "../call-errors.ts";
import type { CommandContext, Decision } from "../command.ts";
import { writeCommand } from "../definition.ts";
import { requireAdministrator } from "../passwords/desired/administrator.ts";
import { checkClock, checkWindow } from "../passwords/desired/window-check.ts";
import { checkForDoors } from "./desired/grant-code.ts";
import { atField, type WantedDoor, wantedDoors } from "./desired/grant-doors.ts";
import { GrantDraft } from "./desired/grant-draft.ts";
import { doorFields, grantId, grantReply, maxDoors } from "./grant-fields.ts";
import { findGranted, isUnused, liveDoors } from "./named-grant.ts";

const input = Type.Object({ grant_id: grantId, ...doorFields }, { additionalProperties: false });

/** latchd's own. */
export const grantAdd = writeCommand({
  name: "grant_add",
  summary: "Adds locks to a grant: they get its code, with its validity.",
  access: "manager",
  errors: [...lockErrors, "duplicate", "clockLost", "unsupported"],
  resources: [{ method: "POST", path: "/api/grants/:grant_id/add" }],
  phrases: [{ words: ["grant", "extend"], fields: ["grant_id"] }],
  activity: activityIds.passwordIssued,
  input,
  output: Type.Object(grantReply),
  run: add,
});

function add(context: CommandContext, wanted: Static<typeof input>): Decision {
  const grant = findGranted(context, wanted.grant_id);
  const doors = wantedDoors(context.view, wanted);
  checkClock(context);
  checkUnspent(context, grant);
  checkWindow(grant.window, context.time.nowMs);
  for (const { field, lock } of doors) {
    atField(field, () => requireAdministrator(lock, field));
    requireOutside(grant, field, lock.lock.lock);
  }
  const pinCode = codeOf(context, grant);
  checkForDoors(context, pinCode, doors);
  const kept = grant.doors.filter(({ lock }) => !isNamed(doors, lock));
  if (kept.length + doors.length > maxDoors) {
    throw new GatewayError("badParameters", `locks: a grant has at most ${maxDoors} doors`, {
      field: "locks",
    });
  }
  const draft = new GrantDraft(context);
  const added = doors.map(({ lock }) => draft.add(lock, grant, pinCode));
  const next = { ...grant, doors: [...kept, ...added], changedAtMs: context.time.nowMs };
  return draft.decide(next, activityIds.passwordIssued);
}

/** A grant that has opened for the last time opens no other door. @throws GatewayError `badParameters` */
function checkUnspent({ view }: CommandContext, grant: GrantRecord): void {
  const { uses } = grant;
  if (uses === undefined || uses.by === "door") return;
  const after = (lock: LockId, id: PasswordId) => view.get("password", [lock, id]);
  if (openingsOf(grant, { after }) < uses.limit) return;
  throw new GatewayError("badParameters", "grant_id: the grant is used up; make another", {
    field: "grant_id",
  });
}

/** @throws GatewayError `duplicate` for a lock whose password of the grant is still there */
function requireOutside({ doors }: GrantRecord, field: string, lock: string): void {
  const door = doors.find((one) => one.lock === lock && one.gone === null);
  if (door === undefined) return;
  const text = door.isLeaving === true ? "it still removes the code" : "it belongs to the grant";
  throw new GatewayError("duplicate", `${field}: ${text}`, { field });
}

function isNamed(doors: readonly WantedDoor[], lock: string): boolean {
  return doors.some((door) => door.lock.lock.lock === lock);
}

/**
 * Returns the grant's code, from a lock that has it.
 * @throws GatewayError `notFound` if no lock of the grant has a password of it any more
 */
function codeOf(context: CommandContext, grant: GrantRecord): PinCode {
  for (const live of liveDoors(context, grant)) {
    const { code, sealedFor } = live.password;
    if (isUnused(live) && code !== null && code.mark === live.door.mark) {
      return context.sealer.open(code, sealedFor);
    }
  }
  const text = "grant_id: no lock has the grant's code any more; make another grant";
  throw new GatewayError("notFound", text, { field: "grant_id" });
}
