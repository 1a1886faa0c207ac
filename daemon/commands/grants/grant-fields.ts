import Type from "typebox";
import { doorReasons, grantOutcomes } from "../../core/grant/grant.ts";
import { oneOf, orNull } from "../schema/reply-fields.ts";
import { flag, homeId, lockUuid, roomId } from "../schema/request-fields.ts";

/* Fields that requests and replies about grants share. */

/** Limit of the doors of one grant. */
export const maxDoors = 32;

export const grantId = Type.String({
  pattern: "^[0-9a-f-]{36}$",
  description: "the grant's id, as grant_create answers it",
});

export const person = Type.String({
  pattern: "^\\S(.{0,62}\\S)?$",
  description: "for whom, 1 … 64 characters; the name of the passwords on the locks",
});

/** The doors that a request names: locks, rooms, or both. */
export const doorFields = {
  locks: Type.Optional(
    Type.Array(lockUuid("a lock's IEEE address"), {
      minItems: 1,
      maxItems: maxDoors,
      description: "the locks",
    }),
  ),
  rooms: Type.Optional(
    Type.Array(roomId, {
      minItems: 1,
      maxItems: maxDoors,
      description: "the rooms that the locks are bound to; a home's id = its outer door",
    }),
  ),
  home_id: Type.Optional(homeId),
};

export const duress = Type.Optional(flag("1 = opens, and raises a silent alarm"));

/** How often a grant may open. */
export const usesFields = {
  uses: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000,
      description: "it ends with this opening; absent = as often as anybody likes",
    }),
  ),
  uses_by: Type.Optional(
    Type.Union([Type.Literal("grant"), Type.Literal("door")], {
      description: "grant = uses counts over all locks (absent = this); door = at each lock",
    }),
  ),
};

/** A request that names a grant and nothing else. */
export const grantOnly = Type.Object({ grant_id: grantId }, { additionalProperties: false });

export const outcome = oneOf(
  grantOutcomes,
  "done = every lock has confirmed what is wanted; failed = no lock can; partly = see doors",
);

export const doorFieldsOfReply = {
  uuid: Type.String(),
  lock_name: Type.String({ description: "empty = the lock is not paired any more" }),
  password_id: Type.Integer({ description: "the grant's password on this lock" }),
  outcome: oneOf(
    ["done", "waiting", "failed"],
    "waiting = the lock has not confirmed yet, and latchd goes on",
  ),
  reason: orNull(
    oneOf(
      doorReasons,
      "waiting = not in the lock yet; removing = the lock may still have it; missing = somebody deleted it; unpaired = the lock was unpaired, and nobody confirmed that it has no code; changed = somebody changed it at this lock alone; others as in pwdOperation",
    ),
    "why it is not done",
  ),
};

/** What a command that changes a grant answers. */
export const grantReply = {
  grant_id: Type.String(),
  outcome,
  doors: Type.Array(Type.Object(doorFieldsOfReply), { description: "in the order of the grant" }),
};
