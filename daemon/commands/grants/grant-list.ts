import Type from "typebox";
import type { GrantRecord } from "../../core/grant/grant.ts";
import { accountKey } from "../../core/model/gateway/account.ts";
import { answer, readCommand } from "../definition.ts";
import { count, yesNo } from "../schema/reply-fields.ts";
import { flag, lockUuid, text } from "../schema/request-fields.ts";
import { grantFields, grantNow } from "./grant-record-fields.ts";
import { GrantsNow } from "./grant-reply.ts";

/** Grants of one answer where the caller says nothing, and at most. */
const usualCount = 50;
const maxCount = 200;

/** latchd's own: no codes. */
export const grantList = readCommand({
  name: "grant_list",
  summary: "Lists grants, the newest first: all of them, a person's, or those on one lock.",
  access: "manager",
  errors: [],
  resources: [{ method: "GET", path: "/api/grants" }],
  phrases: [
    { words: ["grant", "list"], isDefault: true, unsaid: ["uuid"] },
    { words: ["person", "show"], fields: ["person"], isDefault: true, unsaid: ["uuid"] },
  ],
  input: Type.Object(
    {
      person: Type.Optional(text("only this person's; capitals do not matter", 64)),
      uuid: Type.Optional(lockUuid("only grants with this lock")),
      all: Type.Optional(flag("1 = with those that are revoked or over on every lock")),
      offset: Type.Optional(Type.Integer({ minimum: 0, description: "leave out this number" })),
      count: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: maxCount,
          description: `at most this number; absent = ${usualCount}`,
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    total: count("grants that fit, on this page and others"),
    grants: Type.Array(Type.Object(grantNow)),
    more: yesNo("1 = there are more after these"),
  }),
  run(context, { person, uuid, all, offset = 0, count: limit = usualCount }) {
    const found = [...context.view.list("grant")]
      .filter((grant) => all === 1 || !isPast(grant))
      .filter((grant) => person === undefined || isOf(grant, person))
      .filter((grant) => uuid === undefined || grant.doors.some(({ lock }) => lock === uuid))
      .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.grant < b.grant ? -1 : 1));
    const now = new GrantsNow(context);
    const page = found.slice(offset, offset + limit);
    return answer({
      total: found.length,
      grants: page.map((grant) => grantFields(context, grant, now)),
      more: offset + page.length < found.length ? 1 : 0,
    });
  },
});

function isOf(grant: GrantRecord, person: string): boolean {
  return accountKey(grant.person) === accountKey(person.trim());
}

/** A grant is past when no lock has a password of it, and none was unpaired with one. */
function isPast({ doors, revokedAtMs }: GrantRecord): boolean {
  if (doors.some(({ gone }) => gone === null || gone === "unpaired")) return false;
  return revokedAtMs !== null || doors.every(({ gone }) => gone === "ended" || gone === "expired");
}
