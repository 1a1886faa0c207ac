import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { writeCommand } from "../definition.ts";
import { nextRevisionInGrant } from "../passwords/desired/next-revision.ts";
import { GrantDraft } from "./desired/grant-draft.ts";
import { grantOnly, grantReply } from "./grant-fields.ts";
import { findGranted, isOverNow, liveDoors } from "./named-grant.ts";

/** latchd's own. */
export const grantFreeze = writeCommand({
  name: "grant_freeze",
  summary: "Freezes a grant: its code stays on the locks and opens nothing.",
  access: "manager",
  errors: ["notFound"],
  resources: [{ method: "POST", path: "/api/grants/:grant_id/freeze" }],
  phrases: [{ words: ["grant", "freeze"], fields: ["grant_id"] }],
  activity: activityIds.passwordFrozen,
  input: grantOnly,
  output: Type.Object(grantReply),
  run(context, { grant_id: id }) {
    const grant = findGranted(context, id);
    const draft = new GrantDraft(context);
    for (const live of liveDoors(context, grant)) {
      const frozen = { ...live.password, isFrozen: true };
      if (isOverNow(live, context)) draft.relabel(frozen);
      else draft.desire(live.lock, nextRevisionInGrant(context, live.lock, frozen, "freeze"));
    }
    const next = { ...grant, isFrozen: true, changedAtMs: context.time.nowMs };
    return draft.decide(next, activityIds.passwordFrozen);
  },
});
