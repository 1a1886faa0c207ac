import Type from "typebox";
import { PassphraseBusy, passphrases } from "../../base/passphrase.ts";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { put } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { endSessions, findAccount } from "./account-lookup.ts";
import { accountPassphrase, passphraseHash } from "./account-record.ts";

/** latchd's own: each person changes the own passphrase; other browsers of the person are signed out. */
export const passphraseSet = writeCommand({
  name: "passphrase_set",
  summary: "Changes your own passphrase and signs your other browsers out.",
  access: "technician",
  errors: ["notFound", "busy"],
  activity: activityIds.accountChanged,
  input: Type.Object(
    {
      current: Type.String({ minLength: 1, maxLength: 128, description: "the passphrase of now" }),
      passphrase: accountPassphrase,
    },
    { additionalProperties: false },
  ),
  output: emptyReply,
  async run(context, { current, passphrase }) {
    const { session, name } = context.caller;
    if (session?.kind !== "account") {
      throw new GatewayError("permissionDenied", "only a person with an account has a passphrase");
    }
    const account = findAccount(context.view, name);
    if (!(await isRight(current, account.passphraseHash))) {
      throw new GatewayError("badParameters", "current: is not your passphrase", {
        field: "current",
      });
    }
    const hash = await passphraseHash(passphrase);
    return () => {
      const record = { ...findAccount(context.view, name), passphraseHash: hash };
      const of = { kind: "account", subject: session.subject } as const;
      const ended = endSessions(context.view, of, session.id);
      return changing([put("account", [session.subject], record), ...ended]);
    };
  },
});

/** @throws (rejects) GatewayError `busy` */
async function isRight(current: string, stored: string): Promise<boolean> {
  try {
    return await passphrases.fits(current, stored);
  } catch (cause) {
    if (!(cause instanceof PassphraseBusy)) throw cause;
    throw new GatewayError("busy", "too many passphrases are checked at once, try again", {
      cause,
    });
  }
}
