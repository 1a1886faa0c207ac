import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { writeCommand } from "../definition.ts";
import { nextRevisionInGrant } from "../passwords/desired/next-revision.ts";
import { checkClock } from "../passwords/desired/window-check.ts";
import { GrantDraft } from "./desired/grant-draft.ts";
import { grantOnly, grantReply } from "./grant-fields.ts";
import { findGranted, isOverNow, liveDoors } from "./named-grant.ts";

/** latchd's own. */
export const grantUnfreeze = writeCommand({
  name: "grant_unfreeze",
  summary: "Makes a frozen grant open its locks again.",
  access: "manager",
  errors: ["notFound", "duplicate", "clockLost"],
  resources: [{ method: "POST", path: "/api/grants/:grant_id/unfreeze" }],
  phrases: [{ words: ["grant", "unfreeze"], fields: ["grant_id"] }],
  activity: activityIds.passwordActivated,
  input: grantOnly,
  output: Type.Object(grantReply),
  run(context, { grant_id: id }) {
    const grant = findGranted(context, id);
    checkClock(context);
    const draft = new GrantDraft(context);
    for (const live of liveDoors(context, grant)) {
      const unfrozen = { ...live.password, isFrozen: false };
      if (isOverNow(live, context)) draft.relabel(unfrozen);
      else draft.desire(live.lock, nextRevisionInGrant(context, live.lock, unfrozen, "unfreeze"));
    }
    const next = { ...grant, isFrozen: false, changedAtMs: context.time.nowMs };
    return draft.decide(next, activityIds.passwordActivated);
  },
});
