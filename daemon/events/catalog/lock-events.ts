import Type from "typebox";
import {
  type EventInfo,
  eventWith,
  numbers,
  plainEvent,
  text,
  whole,
  words,
} from "./event-info.ts";

const battery = { battery_level: Type.Integer({ minimum: 0, maximum: 100, description: "%" }) };

/** Events of a lock as a device: its battery, its radio, its pairing. */
export const lockEvents = {
  batteryAlarm: eventWith("The lock's battery is low: change it.", battery),
  clearBattryAlarm: eventWith("The lock's battery is good again.", battery),
  lockOfflineAlarm: {
    summary: "The lock cannot be reached by radio: changes wait for it.",
    detail: Type.Object({
      reason: Type.Optional(words(["left"], "the lock has left the network")),
    }),
  },
  clearLockOfflineAlarm: plainEvent("The lock is heard again; what waited for it is sent now."),
  lockPaired: eventWith("A lock was paired and probed.", {
    model: text("the model's name"),
    brand: text("the maker's name"),
    version: text("the lock's firmware"),
    again: numbers([0, 1], "1 = it had records here already"),
    pin_users: whole("codes that it holds"),
    min_digits: whole("shortest code"),
    max_digits: whole("longest code"),
    takes_six_digits: numbers([0, 1], "1 = it takes the six digits of V1.6"),
  }),
  lockRemoved: eventWith("A lock was unpaired; its records are gone.", {
    was_told: numbers([0, 1], "0 = the lock did not answer: its codes may still be on it"),
    name: Type.Optional(text("its name")),
    home_id: Type.Optional(text("the home that it was in")),
    room_id: Type.Optional(text("the room that it was in")),
  }),
  lockRejoinedAlarm: eventWith(
    "A device with this lock's address joined again: its codes wait for `release_grants`.",
    {
      reason: words(["joined", "twice"], "it joined, or there are two devices of this address"),
      codes_held: numbers([0, 1], "1 = no code is sent until a person or the cloud says so"),
    },
  ),
  clearLockRejoinedAlarm: plainEvent(
    "It is known that this is the lock: its codes are sent again.",
  ),
  lockFound: eventWith("A lock on the network has no records here; `adopt_lock` takes it in.", {
    uuid: text("the lock"),
    brand: Type.Union([Type.String(), Type.Null()], { description: "the maker's name" }),
    model: Type.Union([Type.String(), Type.Null()], { description: "the model's name" }),
  }),
} satisfies Record<string, EventInfo>;

/** What is lost, moved or counted in the journal itself. */
export const journalEvents = {
  journalGap: eventWith("Records are missing: the fields say which, and why.", {
    from: Type.Optional(whole("the first number")),
    to: Type.Optional(whole("the last number")),
    count: Type.Optional(whole("how many are missing")),
    reason: words(
      [
        "folded",
        "pruned",
        "full",
        "tooLarge",
        "refused",
        "lockLog",
        "flood",
        "restored",
        "storeLost",
      ],
      "folded and pruned: these numbers will never come; full: no more fits; tooLarge and refused: this record at this broker; lockLog: the lock's own log; flood: the lock reported faster than the gateway could store; restored and storeLost: a new epoch",
    ),
    events: Type.Optional(
      Type.Record(Type.String(), Type.Integer(), { description: "how many by their name" }),
    ),
    event: Type.Optional(text("the name of the event that does not come")),
    origin: Type.Optional(text("where the copy came from")),
    madeAtMs: Type.Optional(Type.Integer({ description: "Unix ms, when the copy was made" })),
  }),
  recordTooLargeAlarm: eventWith(
    "A record is larger than the broker accepts; a stub went instead.",
    {
      seq: whole("the record"),
      bytes: whole("its size"),
    },
  ),
} satisfies Record<string, EventInfo>;
