import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { accountKey } from "../../core/model/gateway/account.ts";
import { put } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { orNull } from "../schema/reply-fields.ts";
import { endSessions, findAccount, requireOtherManager } from "./account-lookup.ts";
import {
  accountName,
  accountPassphrase,
  accountScope,
  passphraseHash,
  workHomes,
} from "./account-record.ts";
import { requireFittingHomes, requirePerson } from "./people-caller.ts";

/** latchd's own. A change of what a person may do, or of the passphrase, ends that person's other sessions. */
export const accountUpdate = writeCommand({
  name: "account_update",
  summary: "Changes what a person may do on the page, or sets a new passphrase.",
  access: "manager",
  errors: ["notFound", "unsupported", "busy"],
  activity: activityIds.accountChanged,
  input: Type.Object(
    {
      name: accountName,
      scope: Type.Optional(accountScope),
      passphrase: Type.Optional(accountPassphrase),
      homes: Type.Optional(orNull(workHomes, "null = all of this gateway")),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ account: Type.String({ description: "the name" }) }),
  async run(context, { name, scope, passphrase, homes }) {
    requirePerson(context);
    findAccount(context.view, name);
    const hash = passphrase === undefined ? null : await passphraseHash(passphrase);
    return () => {
      const account = findAccount(context.view, name);
      const newScope = scope ?? account.scope;
      if (newScope !== "manager") requireOtherManager(context.view, account);
      requireFittingHomes(newScope, homes ?? undefined);
      const kept = newScope === "installer" ? account.homes : null;
      const record = {
        ...account,
        scope: newScope,
        homes: homes === undefined ? kept : homes,
        passphraseHash: hash ?? account.passphraseHash,
      };
      const key = accountKey(name);
      const ended = endSessions(
        context.view,
        { kind: "account", subject: key },
        context.caller.session?.id,
      );
      return changing([put("account", [key], record), ...ended], { account: account.name });
    };
  },
});
