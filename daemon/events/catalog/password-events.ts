import Type from "typebox";
import {
  always1,
  code,
  type EventInfo,
  eventWith,
  numbers,
  passwordId,
  text,
  whole,
  words,
} from "./event-info.ts";

const keypadMarks = {
  reverted: Type.Optional(always1("the gateway puts back what was there (passwords.keypad_edits)")),
  ask: Type.Optional(always1("the code opens nothing until somebody agrees to it")),
};

const keypadPassword = Type.Object({ id: passwordId, password: code });

/** Events of passwords and the slots that hold them. */
export const passwordEvents = {
  pwdOperation: eventWith(
    "The lock has confirmed or refused a password command: exactly one for each accepted command.",
    {
      password_id: passwordId,
      operation: numbers([1, 2, 3, 4, 5], "1 add, 2 delete, 3 update, 4 freeze, 5 unfreeze"),
      operation_stage: numbers([2, 3], "2 = failed, 3 = done"),
      reason: Type.Optional(
        words(
          [
            "duplicate",
            "full",
            "refused",
            "unsupported",
            "expired",
            "lost",
            "superseded",
            "lockRemoved",
          ],
          "why it failed",
        ),
      ),
      correction: Type.Optional(always1("a later result of a command that had its answer")),
      grant_id: Type.Optional(text("the grant that the password belongs to")),
    },
  ),
  pwdSync: eventWith(
    "A lock was paired again: this is the administrator's code that is valid on it from now on.",
    { passwords: Type.Array(keypadPassword) },
  ),
  pwdAddLocal: eventWith("Somebody added a code at the keypad.", {
    password: keypadPassword,
    ...keypadMarks,
  }),
  pwdUpdateLocal: eventWith("Somebody changed a code at the keypad.", {
    password: keypadPassword,
    ...keypadMarks,
  }),
  pwdDelLocal: eventWith("Somebody deleted a code at the keypad.", {
    password: Type.Object({ id: passwordId }),
    ...keypadMarks,
  }),
  pwdRevokeOverdue: eventWith(
    "A revoked code may still open, because the lock has not answered for a minute or more.",
    { password_id: passwordId, age: whole("seconds since the code should have gone") },
  ),
  pwdRetired: eventWith(
    "The gateway forgot a password that ended long ago; leave it out of digests and snapshots.",
    {
      password_id: passwordId,
      name: text("its name"),
      reason: words(["expired", "used"], "its window is over, or its one use is"),
      ended_at: Type.Integer({ description: "Unix ms" }),
    },
  ),
  pwdRestored: eventWith(
    "A password that had ended only on the wrong time is wanted again; `pwdOperation` follows.",
    {
      password_id: passwordId,
      name: text("its name"),
      reason: words(["clock"], "always this"),
      ends_at: Type.Union([Type.Integer(), Type.Null()], { description: "Unix ms" }),
    },
  ),
  grantOutcome: eventWith(
    "A grant's locks have confirmed, refused or lost something, so that its outcome is another one.",
    {
      grant_id: text("the grant"),
      outcome: words(["done", "partly", "failed"], "of all its locks together"),
      doors: Type.Array(
        Type.Object({
          uuid: text("the lock"),
          password_id: passwordId,
          outcome: words(["done", "waiting", "failed"], "of this lock"),
          reason: Type.Optional(
            words(
              [
                "waiting",
                "removing",
                "missing",
                "unpaired",
                "changed",
                "duplicate",
                "full",
                "refused",
                "unsupported",
                "expired",
                "lost",
              ],
              "why it is not done",
            ),
          ),
        }),
      ),
    },
  ),
  slotDrift: eventWith("A slot of the lock held something other than the gateway had confirmed.", {
    user_id: whole("the slot's number"),
    password_id: Type.Union([Type.Integer(), Type.Null()], {
      description: "the password that the slot belongs to",
    }),
    expected: words(["unknown", "empty", "enabled", "disabled"], "what was confirmed"),
    found: words(["unknown", "empty", "enabled", "disabled", "otherCode"], "what was read"),
  }),
  messageRequest: eventWith(
    "The cloud is asked to send somebody a code; it answers with `message_acknowledge`.",
    {
      message_id: text("to answer with"),
      kind: words(["temporaryPassword", "verificationCode"], "what the message is about"),
      to: text("the recipient: a phone number or an address"),
      country_code: Type.Union([Type.String(), Type.Null()], { description: "of the number" }),
      lock_name: text("the lock's name"),
      name: text("the password's name"),
      code,
      valid_from: Type.Union([Type.Integer(), Type.Null()], { description: "Unix ms" }),
      valid_until: Type.Union([Type.Integer(), Type.Null()], { description: "Unix ms" }),
    },
  ),
} satisfies Record<string, EventInfo>;
