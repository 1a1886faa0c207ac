import Type, { type Static } from "typebox";
import type { GrantDoor } from "../../core/grant/grant.ts";
import { activityIds } from "../../core/logs/activity-log.ts";
import { lockErrors } from "../call-errors.ts";
import type { CommandContext, Decision } from "../command.ts";
import { writeCommand } from "../definition.ts";
import { nextRevisionInGrant } from "../passwords/desired/next-revision.ts";
import { namedLocks } from "./desired/grant-doors.ts";
import { GrantDraft } from "./desired/grant-draft.ts";
import { doorFields, grantId, grantReply } from "./grant-fields.ts";
import { findGrant, liveDoors } from "./named-grant.ts";

const input = Type.Object({ grant_id: grantId, ...doorFields }, { additionalProperties: false });

/** latchd's own. */
export const grantRemove = writeCommand({
  name: "grant_remove",
  summary: "Takes locks out of a grant: its code stops opening them, and opens the others.",
  access: "manager",
  errors: lockErrors,
  resources: [{ method: "POST", path: "/api/grants/:grant_id/remove" }],
  phrases: [{ words: ["grant", "reduce"], fields: ["grant_id"] }],
  activity: activityIds.passwordDeleted,
  input,
  output: Type.Object(grantReply),
  run: remove,
});

/** A lock that is no door of the grant already is as it is wanted: a revocation never fails for being late. */
function remove(context: CommandContext, wanted: Static<typeof input>): Decision {
  const grant = findGrant(context, wanted.grant_id);
  const locks = new Set(namedLocks(context.view, wanted));
  const draft = new GrantDraft(context);
  for (const { door, lock, password } of liveDoors(context, grant)) {
    if (!locks.has(door.lock)) continue;
    const deleted = { ...password, isDeleted: true };
    draft.desire(lock, nextRevisionInGrant(context, lock, deleted, "delete"));
  }
  const doors = grant.doors.flatMap((door) => (locks.has(door.lock) ? leaving(door) : [door]));
  const next = { ...grant, doors, changedAtMs: context.time.nowMs };
  return draft.decide(next, activityIds.passwordDeleted);
}

/** A door without a password leaves at once; another one when its lock has confirmed the clear. */
function leaving(door: GrantDoor): readonly GrantDoor[] {
  return door.gone === null ? [{ ...door, isLeaving: true }] : [];
}
