import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { MemberRecord } from "../../core/model/home/household.ts";
import { put } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { text } from "../schema/request-fields.ts";
import { userId } from "./member-lookup.ts";

/** Limit of members of a household; one more is refused. */
const maxMembers = 200;

/** latchd's own, because no published API has a call that changes the household. */
export const memberPut = writeCommand({
  name: "member_put",
  summary: "Adds a member of the household, or changes one.",
  access: "manager",
  errors: ["busy"],
  activity: activityIds.memberPut,
  input: Type.Object(
    {
      user_id: userId,
      name: text("name for the history"),
      account: Type.Optional(
        text("where verification codes go: a telephone number or an e-mail address"),
      ),
      country_code: Type.Optional(Type.String({ pattern: "^[0-9]{0,4}$" })),
      avatar: Type.Optional(text("URL of a picture", 512)),
      is_owner: Type.Optional(Type.Boolean({ description: "verification codes go to the owner" })),
    },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ view, time }, input) {
    const known = [...view.list("member")];
    const before = view.get("member", [input.user_id]);
    if (before === undefined && known.length >= maxMembers) {
      throw new GatewayError("busy", `there are ${maxMembers} members already; remove one first`);
    }
    const member: MemberRecord = {
      userId: input.user_id,
      name: input.name,
      account: input.account ?? before?.account ?? "",
      countryCode: input.country_code ?? before?.countryCode ?? "",
      avatar: input.avatar ?? before?.avatar ?? "",
      isOwner: input.is_owner ?? before?.isOwner ?? known.length === 0,
      createdAtMs: before?.createdAtMs ?? time.nowMs,
    };
    return changing([...withoutOtherOwners(known, member), put("member", [member.userId], member)]);
  },
});

/** A household has one owner: the previous one becomes an ordinary member. */
function withoutOtherOwners(known: readonly MemberRecord[], member: MemberRecord) {
  if (!member.isOwner) return [];
  return known
    .filter(({ userId: id, isOwner }) => isOwner && id !== member.userId)
    .map((owner) => put("member", [owner.userId], { ...owner, isOwner: false }));
}
