import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { accountKey } from "../../core/model/gateway/account.ts";
import { put } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import {
  accountName,
  accountPassphrase,
  accountScope,
  maxAccounts,
  passphraseHash,
  workHomes,
} from "./account-record.ts";
import { requireFittingHomes, requirePerson } from "./people-caller.ts";

/** latchd's own: a person who signs in on the page. */
export const accountAdd = writeCommand({
  name: "account_add",
  summary: "Makes an account for a person who signs in on the page.",
  access: "manager",
  errors: ["duplicate", "busy"],
  activity: activityIds.accountAdded,
  input: Type.Object(
    {
      name: accountName,
      scope: accountScope,
      passphrase: accountPassphrase,
      homes: Type.Optional(workHomes),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ account: Type.String({ description: "the name" }) }),
  async run(context, { name, scope, passphrase, homes }) {
    requirePerson(context);
    requireFittingHomes(scope, homes);
    const hash = await passphraseHash(passphrase);
    return () => {
      const key = accountKey(name);
      const known = [...context.view.list("account")];
      if (context.view.get("account", [key]) !== undefined) {
        throw new GatewayError("duplicate", `name: ${name} has an account already`, {
          field: "name",
        });
      }
      if (known.length >= maxAccounts) {
        throw new GatewayError("busy", `there are ${maxAccounts} accounts; remove one first`);
      }
      const record = {
        name,
        scope,
        homes: homes ?? null,
        passphraseHash: hash,
        createdAtMs: context.time.nowMs,
      };
      return changing([put("account", [key], record)], { account: name });
    };
  },
});
