import Type from "typebox";
import { accountKey } from "../../core/model/gateway/account.ts";
import { hasSessionEnded } from "../../core/model/gateway/session-life.ts";
import { answer, readCommand } from "../definition.ts";
import { orNull, time } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";
import { requirePerson } from "./people-caller.ts";

/** latchd's own: who signs in on the page. */
export const accountList = readCommand({
  name: "account_list",
  summary: "Lists the people who sign in on the page.",
  access: "manager",
  errors: [],
  phrases: [{ words: ["account", "list"], isDefault: true }],
  input: noFields,
  output: Type.Object({
    accounts: Type.Array(
      Type.Object({
        name: Type.String(),
        scope: Type.String(),
        homes: orNull(Type.Array(Type.String()), "an installer's homes; null = all"),
        created_at: time("when it was made"),
        sessions: Type.Integer({ description: "browsers that are signed in" }),
      }),
    ),
  }),
  run(context) {
    requirePerson(context);
    const sessions = [...context.view.list("session")];
    const accounts = Array.from(context.view.list("account"), (account) => ({
      name: account.name,
      scope: account.scope,
      homes: account.homes === null ? null : [...account.homes],
      created_at: Math.floor(account.createdAtMs / 1000),
      sessions: sessions.filter(
        (session) =>
          session.kind === "account" &&
          session.subject === accountKey(account.name) &&
          !hasSessionEnded(session, context.time.nowMs),
      ).length,
    }));
    return answer({ accounts });
  },
});
