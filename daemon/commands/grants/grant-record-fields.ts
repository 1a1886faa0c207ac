import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { type DoorOutcome, type GrantRecord, usesCounts } from "../../core/grant/grant.ts";
import { openingsOf } from "../../core/grant/grant-uses.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { PasswordId } from "../../core/model/password.ts";
import { passwordStages } from "../../core/plan/password-stage.ts";
import type { StoreView } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import { secondsOf } from "../locks/slots/slot-fields.ts";
import { count, oneOf, orNull, time, yesNo } from "../schema/reply-fields.ts";
import { weekly } from "../schema/request-fields.ts";
import { weeklyFields } from "../schema/window-fields.ts";
import { doorFieldsOfReply, outcome } from "./grant-fields.ts";
import { doorReply, type GrantsNow } from "./grant-reply.ts";

/** A grant as it is listed: what is wanted, and how it is at each of its locks now. */
export const grantNow = {
  grant_id: Type.String(),
  person: Type.String(),
  begin: orNull(time("valid from"), "null = at once"),
  end: orNull(time("valid until"), "null = for ever"),
  weekly: orNull(weekly),
  is_frozen: yesNo("1 = it opens nothing"),
  is_duress: yesNo("1 = opens, and raises a silent alarm"),
  uses: orNull(
    Type.Object({
      limit: Type.Integer({ description: "it ends with this opening" }),
      by: oneOf(usesCounts, "grant = counted over all locks; door = at each lock"),
      count: count("openings until now, over all locks"),
    }),
    "null = as often as anybody likes",
  ),
  created_at: time("made"),
  changed_at: time("when a command last changed it"),
  revoked_at: orNull(time("when it was revoked"), "null = it is not"),
  outcome,
  doors: Type.Array(
    Type.Object({
      ...doorFieldsOfReply,
      stage: orNull(
        oneOf(passwordStages, "as list_passwords has it"),
        "null = the lock has no password of the grant",
      ),
      is_leaving: yesNo("1 = taken out of the grant; listed until the lock has confirmed that"),
    }),
    { description: "where the code is now, in the order of the grant" },
  ),
};

export function grantFields(
  { view }: Pick<CommandContext, "view">,
  grant: GrantRecord,
  now: GrantsNow,
): JsonObject {
  const { beginMs, endMs, weekly: week } = grant.window;
  const { outcome: whole, doors } = now.outcomeOf(grant);
  const leaving = new Set(
    grant.doors.flatMap(({ lock, isLeaving }) => (isLeaving === true ? [lock] : [])),
  );
  return {
    grant_id: grant.grant,
    person: grant.person,
    begin: secondsOf(beginMs),
    end: secondsOf(endMs),
    weekly: week === null ? null : weeklyFields(week),
    is_frozen: grant.isFrozen ? 1 : 0,
    is_duress: grant.isDuress ? 1 : 0,
    uses: usesNow(view, grant),
    created_at: Math.floor(grant.createdAtMs / 1000),
    changed_at: Math.floor(grant.changedAtMs / 1000),
    revoked_at: secondsOf(grant.revokedAtMs),
    outcome: whole,
    doors: doors.map((door: DoorOutcome) => ({
      ...doorReply(view, door),
      stage: now.stateOf(door.lock, door.passwordId)?.stage ?? null,
      is_leaving: leaving.has(door.lock) ? 1 : 0,
    })),
  };
}

function usesNow(view: StoreView, grant: GrantRecord): JsonObject | null {
  const { uses } = grant;
  if (uses === undefined) return null;
  const after = (lock: LockId, id: PasswordId) => view.get("password", [lock, id]);
  return { limit: uses.limit, by: uses.by, count: openingsOf(grant, { after }) };
}
