import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { grantOnly } from "./grant-fields.ts";
import { grantFields, grantNow } from "./grant-record-fields.ts";
import { GrantsNow } from "./grant-reply.ts";
import { findGrant } from "./named-grant.ts";

/** latchd's own: no code. */
export const grantShow = readCommand({
  name: "grant_show",
  summary: "Shows a grant, and how it is at each of its locks now; without its code.",
  access: "manager",
  errors: ["notFound"],
  resources: [{ method: "GET", path: "/api/grants/:grant_id" }],
  phrases: [{ words: ["grant", "show"], fields: ["grant_id"] }],
  input: grantOnly,
  output: Type.Object(grantNow),
  run: (context, { grant_id: id }) =>
    answer(grantFields(context, findGrant(context, id), new GrantsNow(context))),
});
