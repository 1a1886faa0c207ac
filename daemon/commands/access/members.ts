import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { MemberRecord } from "../../core/model/home/household.ts";
import { put, remove, type StoreView } from "../../store/store.ts";
import type { Command } from "../command.ts";
import { text } from "../schema/request-fields.ts";

/** Members of a household; one more is refused. */
const maxMembers = 200;

export const userId = Type.String({
  pattern: "^[A-Za-z0-9._@+-]{1,64}$",
  description: "the member's id, 1 … 64 of A-Z a-z 0-9 . _ @ + -",
});

const memberInput = Type.Object(
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
);

const memberPut: Command<typeof memberInput> = {
  name: "member_put",
  summary: "Adds a member of the household, or changes one.",
  access: "manager",
  isReadOnly: false,
  input: memberInput,
  output: Type.Object({}),
  run(context, input) {
    const { view, time } = context;
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
    // There is one owner: whoever was it before is an ordinary member then.
    const others = member.isOwner ? known.filter((one) => one.isOwner) : [];
    const demoted = others
      .filter((one) => one.userId !== member.userId)
      .map((one) => put("member", [one.userId], { ...one, isOwner: false }));
    const changes = [...demoted, put("member", [member.userId], member)];
    return { changes, journal: [], wake: [], result: {} };
  },
};

const removeInput = Type.Object({ user_id: userId }, { additionalProperties: false });

const memberRemove: Command<typeof removeInput> = {
  name: "member_remove",
  summary: "Removes a member of the household, and the names that its credentials were given.",
  access: "manager",
  isReadOnly: false,
  input: removeInput,
  output: Type.Object({}),
  run({ view }, input) {
    requireMember(view, input.user_id, "user_id");
    const modes = [...view.list("opmode")].filter((mode) => mode.userId === input.user_id);
    const changes = [
      remove("member", [input.user_id]),
      ...modes.map((mode) => remove("opmode", [mode.lock, mode.unlockId])),
    ];
    return { changes, journal: [], wake: [], result: {} };
  },
};

/** latchd's own: no published API has words for changing the household. */
export const memberCommands: readonly Command[] = [memberPut, memberRemove];

/** @throws GatewayError `notFound`, naming `field`. */
export function requireMember(view: StoreView, id: string, field: string): void {
  if (view.get("member", [id]) !== undefined) return;
  throw new GatewayError("notFound", `${field}: there is no member ${id}`, { field });
}
