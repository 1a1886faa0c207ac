import Type from "typebox";
import { count, oneOf, orNull } from "../schema/reply-fields.ts";

const proven = oneOf(["yes", "no", "unknown"]);

const basis = oneOf(
  ["lock", "model", "assumed"],
  "how it is known: shown by the lock, known of its model, or assumed",
);

/** What a lock can do. The names are those of the record. */
export const capabilities = Type.Object(
  {
    endpoint: Type.Integer(),
    pinUsers: count("passwords that fit into the lock"),
    pinUsersBasis: Type.Optional(basis),
    firstUserId: Type.Integer(),
    lastUserId: Type.Integer(),
    reservedUserIds: Type.Array(Type.Integer()),
    minPinLength: Type.Integer(),
    maxPinLength: Type.Integer(),
    weekDaySchedulesPerUser: Type.Integer(),
    yearDaySchedulesPerUser: Type.Integer(),
    holidaySchedules: Type.Integer(),
    logRecords: count("records of the lock's own log; 0 = none"),
    pinReadBack: oneOf(["readable", "masked", "silent", "unknown"]),
    userStatus: proven,
    showsUserStatus: Type.Optional(Type.Boolean()),
    operationEvents: proven,
    programmingEvents: proven,
    alarms: proven,
    requiresPinForRf: Type.Boolean(),
    clock: oneOf(["server", "client", "absent"]),
    isSleepy: Type.Boolean(),
    isSleepyBasis: Type.Optional(basis),
    promptAnswers: Type.Optional(
      count("answers after long silences, which count towards proof that it listens"),
    ),
    checkInMs: orNull(Type.Integer()),
    reportMs: orNull(Type.Integer()),
    spacingMs: Type.Integer(),
    batteryUnit: Type.Optional(oneOf(["halfPercent", "wholePercent"])),
    batteryUnitBasis: Type.Optional(basis),
    peoplesFirstUserId: Type.Optional(
      Type.Integer({
        description: "the gateway reads ids from here to firstUserId, and gives none",
      }),
    ),
    statusMeaning: Type.Optional(oneOf(["zcl", "inverted"])),
    invertedAnswers: Type.Optional(count("writes that it carried out and answered as refused")),
    lockStateSource: Type.Optional(oneOf(["reports", "vendorFrames"])),
  },
  { description: "what the lock can do, as found at pairing" },
);
