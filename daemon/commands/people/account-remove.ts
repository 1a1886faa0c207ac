import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { accountKey } from "../../core/model/gateway/account.ts";
import { remove } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { endSessions, findAccount, requireOtherManager } from "./account-lookup.ts";
import { accountName } from "./account-record.ts";
import { requirePerson } from "./people-caller.ts";

/** latchd's own. */
export const accountRemove = writeCommand({
  name: "account_remove",
  summary: "Removes a person's account and signs the person out everywhere.",
  access: "manager",
  errors: ["notFound", "unsupported"],
  phrases: [{ words: ["account", "remove"], fields: ["name"] }],
  loss: {
    text: "{name} is signed out everywhere and can no longer sign in on the page.",
    isRevocation: true,
  },
  activity: activityIds.accountRemoved,
  input: Type.Object({ name: accountName }, { additionalProperties: false }),
  output: Type.Object({ account: Type.String({ description: "the name" }) }),
  run(context, { name }) {
    requirePerson(context);
    const account = findAccount(context.view, name);
    requireOtherManager(context.view, account);
    const subject = accountKey(name);
    const ended = endSessions(context.view, { kind: "account", subject });
    return changing([remove("account", [subject]), ...ended], { account: account.name });
  },
});
