import Type from "typebox";
import {
  type EventInfo,
  eventWith,
  numbers,
  passwordId,
  plainEvent,
  text,
  words,
} from "./event-info.ts";

/** Who used the door, and how: the fields of a row of the history. */
const useFields = {
  eventid: numbers([1, 2], "1 = opened, 2 = refused"),
  time: Type.Integer({ description: "Unix ms, when the lock was used" }),
  source: numbers(
    [0, 1, 2, 3, 4, 5, 6, 7],
    "0 unknown, 1 radio, 2 keypad, 3 card, 4 fingerprint, 5 by hand or key, 6 Bluetooth, 7 the lock itself",
  ),
  method: words(
    ["keypad", "rf", "manual", "rfid", "fingerprint", "bluetooth", "self", "indeterminate"],
    "the same as a word",
  ),
  unlock_id: Type.Optional(text("the card, finger or code, by the lock's own numbers")),
  sourceid: Type.Optional(passwordId),
  source_name: Type.Optional(text("the password's name, or `unknown user <number>`")),
};

/** Events of somebody who uses a door. */
export const doorEvents = {
  lockerOpenAlarm: eventWith("Somebody opened the door.", useFields),
  accessRefused: eventWith("The lock knew the code and refused to open by its own schedule.", {
    ...useFields,
    reason: words(
      ["schedule", "nonAccessUser"],
      "outside the schedule in the lock, or a user that may never open",
    ),
  }),
  wrongPwdAlarm: plainEvent("Wrong codes were entered until the limit of the lock, or of latchd."),
  duressAlarm: eventWith("Somebody opened with a code that means: under duress. Stay silent.", {
    unlock_id: Type.Optional(text("the card, finger or code, by the lock's own numbers")),
    password_id: Type.Optional(passwordId),
    source_name: Type.Optional(text("the password's name")),
  }),
  outOfWindowOpen: eventWith(
    "A code opened the door outside its window; the gateway is revoking it.",
    { password_id: passwordId },
  ),
  brokenAlarm: eventWith("Somebody works on the lock by force, or has reset it.", {
    cause: words(
      ["frontEscutcheonRemoved", "doorForcedOpen", "resetToFactory"],
      "the cover was removed, the door was forced, or the lock is as from the factory",
    ),
  }),
  lockJammedAlarm: plainEvent("The bolt is jammed: the door may be open."),
  lockNotMovedAlarm: eventWith(
    "The lock accepted a remote command and did not move: it corrects that command's reply.",
    {
      action: words(["lock", "unlock"], "what the lock was told"),
      lock_state: words(
        ["notFullyLocked", "locked", "unlocked", "undefined"],
        "what the lock says now",
      ),
    },
  ),
} satisfies Record<string, EventInfo>;
