import Type from "typebox";
import { type EventInfo, eventWith, text, whole, words } from "./event-info.ts";

const transport = words(["mqtt", "rest", "socket"], "how the call came");
const scope = words(["manager", "steward", "installer", "technician"], "the caller's scope");

/** Events of who used the gateway itself. */
export const accessEvents = {
  activity: eventWith("Somebody changed a setting or read codes, and no other event says so.", {
    activity: text("the call, or `sign_in`"),
    op_id: text("the number in the activity log"),
    caller: text("a client's id, `cloud`, `local`, `account:<name>`, `pass:<id>` or `unknown`"),
    transport: Type.Union([transport, Type.Null()]),
    target: Type.Object(
      { type: Type.String(), id: Type.String(), name: Type.String() },
      { description: "what it was done to" },
    ),
    subject: Type.Optional(text("the id of the password or person that it is about")),
  }),
  signInRefused: eventWith("Somebody gave a wrong secret or passphrase.", {
    client: text("the client or account that was named; `unknown` if nobody has that name"),
    address: text("where from"),
    transport,
    count: whole("how many since the last such event"),
  }),
  callDenied: eventWith("Somebody called what their scope does not allow.", {
    client: text("who"),
    scope,
    call: text("what was called"),
    transport,
    count: whole("how many since the last such event"),
  }),
} satisfies Record<string, EventInfo>;
