import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { writeCommand } from "../definition.ts";
import { nextRevisionInGrant } from "../passwords/desired/next-revision.ts";
import { GrantDraft } from "./desired/grant-draft.ts";
import { grantOnly, grantReply } from "./grant-fields.ts";
import { findGrant, liveDoors } from "./named-grant.ts";

/** latchd's own. */
export const grantRevoke = writeCommand({
  name: "grant_revoke",
  summary: "Revokes a grant on all of its locks; it is done when each of them has confirmed that.",
  access: "manager",
  errors: ["notFound"],
  resources: [{ method: "DELETE", path: "/api/grants/:grant_id" }],
  phrases: [{ words: ["grant", "revoke"], fields: ["grant_id"] }],
  loss: {
    text: "The grant is revoked on all of its locks. Its code stops opening and cannot be brought back.",
    isRevocation: true,
  },
  activity: activityIds.passwordDeleted,
  input: grantOnly,
  output: Type.Object(grantReply),
  run(context, { grant_id: id }) {
    const grant = findGrant(context, id);
    const { nowMs } = context.time;
    const draft = new GrantDraft(context);
    for (const { lock, password } of liveDoors(context, grant)) {
      const deleted = { ...password, isDeleted: true };
      draft.desire(lock, nextRevisionInGrant(context, lock, deleted, "delete"));
    }
    const revokedAtMs = grant.revokedAtMs ?? nowMs;
    return draft.decide({ ...grant, revokedAtMs, changedAtMs: nowMs }, activityIds.passwordDeleted);
  },
});
