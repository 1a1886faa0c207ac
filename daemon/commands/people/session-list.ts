import Type from "typebox";
import type { SessionRecord } from "../../core/model/gateway/account.ts";
import { hasSessionEnded, sessionEndMs } from "../../core/model/gateway/session-life.ts";
import type { CommandContext } from "../command.ts";
import { answer, readCommand } from "../definition.ts";
import { oneOf, time, yesNo } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";
import { requirePerson } from "./people-caller.ts";

/** latchd's own: the browsers that are signed in. */
export const sessionList = readCommand({
  name: "session_list",
  summary: "The browsers that are signed in: your own, for a manager all.",
  access: "technician",
  errors: [],
  phrases: [{ words: ["session", "list"], isDefault: true }],
  input: noFields,
  output: Type.Object({
    sessions: Type.Array(
      Type.Object({
        session_id: Type.String(),
        name: Type.String({ description: "who is signed in" }),
        kind: oneOf(["account", "pass"]),
        device: Type.String({ description: "the browser as it describes itself" }),
        created_at: time("signed in"),
        used_at: time("last used, at most five minutes early"),
        expires_at: time("ends if it is not used again"),
        is_this: yesNo("1 = the session of this call"),
      }),
    ),
  }),
  run(context) {
    requirePerson(context);
    const sessions = visibleSessions(context).map((session) => ({
      session_id: session.sessionId,
      name: nameOf(context, session),
      kind: session.kind,
      device: session.device,
      created_at: Math.floor(session.createdAtMs / 1000),
      used_at: Math.floor(session.usedAtMs / 1000),
      expires_at: Math.floor(sessionEndMs(session) / 1000),
      is_this: session.sessionId === context.caller.session?.id ? 1 : 0,
    }));
    return answer({ sessions });
  },
});

/** Returns the sessions that have not ended: a person's own, for a manager all. */
export function visibleSessions({
  view,
  caller,
  time: reading,
}: CommandContext): readonly SessionRecord[] {
  const own = caller.session;
  return [...view.list("session")].filter(
    (session) =>
      !hasSessionEnded(session, reading.nowMs) &&
      (caller.scope === "manager" ||
        (session.kind === own?.kind && session.subject === own.subject)),
  );
}

function nameOf({ view }: CommandContext, { kind, subject }: SessionRecord): string {
  const record = kind === "pass" ? view.get("pass", [subject]) : view.get("account", [subject]);
  return record?.name ?? subject;
}
