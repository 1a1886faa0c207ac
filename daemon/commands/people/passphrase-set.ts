import Type from "typebox";
import { PassphraseBusy, passphrases } from "../../base/passphrase.ts";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { put } from "../../store/store.ts";
import type { Caller } from "../caller.ts";
import type { CommandContext } from "../command.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { endSessions, findAccount } from "./account-lookup.ts";
import { accountPassphrase, passphraseHash, passphraseLength } from "./account-record.ts";

/** latchd's own: each person changes the own passphrase; other browsers of the person are signed out. */
export const passphraseSet = writeCommand({
  name: "passphrase_set",
  summary: "Changes your own passphrase and signs your other browsers out.",
  access: "technician",
  errors: ["notFound", "busy"],
  activity: activityIds.accountChanged,
  input: Type.Object(
    {
      current: Type.String({
        minLength: 1,
        maxLength: passphraseLength.max,
        description: "the passphrase of now",
      }),
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
    await requireRight(context, session, current);
    const hash = await passphraseHash(passphrase);
    return () => {
      const record = { ...findAccount(context.view, name), passphraseHash: hash };
      const of = { kind: "account", subject: session.subject } as const;
      const ended = endSessions(context.view, of, session.id);
      return changing([put("account", [session.subject], record), ...ended]);
    };
  },
});

/**
 * Checks the passphrase of now. Wrong ones are counted within the turn, so that many at once are no more guesses.
 * @throws (rejects) GatewayError `badParameters`, `busy`, or `tokenInvalid` after too many wrong ones
 */
async function requireRight(
  { view, caller }: CommandContext,
  session: NonNullable<Caller["session"]>,
  current: string,
): Promise<void> {
  const isSignedIn = () =>
    [...view.list("session")].some(({ sessionId }) => sessionId === session.id);
  try {
    await passphrases.inTurn(async (fits) => {
      if (!isSignedIn()) throw new GatewayError("tokenInvalid", "the session has ended; sign in");
      if (await fits(current, findAccount(view, caller.name).passphraseHash)) return;
      await session.noteWrongPassphrase();
      throw new GatewayError("badParameters", "current: is not your passphrase", {
        field: "current",
      });
    });
  } catch (cause) {
    if (!(cause instanceof PassphraseBusy)) throw cause;
    throw new GatewayError("busy", "too many passphrases are checked at once, try again", {
      cause,
    });
  }
}
