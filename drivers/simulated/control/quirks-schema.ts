import { Type } from "typebox";

const count = Type.Integer({ minimum: 0, maximum: 0xffff });
const flag = Type.Boolean();
const milliseconds = Type.Integer({ minimum: 0, maximum: 600_000 });

function oneOf<const T extends string>(...words: T[]) {
  return Type.Union(words.map((word) => Type.Literal(word)));
}

/** The switches of a lock as JSON: any subset of the fields of `Quirks`. */
export const quirksSchema = Type.Partial(
  Type.Object(
    {
      endpoint: Type.Integer({ minimum: 1, maximum: 240 }),
      pinUsers: count,
      rfidUsers: count,
      totalUsers: count,
      firstUserId: Type.Integer({ minimum: 0, maximum: 1 }),
      reservedUserIds: Type.Array(count, { maxItems: 64 }),
      minPinLength: count,
      maxPinLength: count,
      minRfidLength: count,
      maxRfidLength: count,
      weekDaySchedulesPerUser: Type.Integer({ minimum: 0, maximum: 255 }),
      yearDaySchedulesPerUser: Type.Integer({ minimum: 0, maximum: 255 }),
      holidaySchedules: Type.Integer({ minimum: 0, maximum: 255 }),
      logRecords: Type.Integer({ minimum: 0, maximum: 1_000 }),
      hasDoorSensor: flag,
      hasAlarms: flag,
      supportedOperatingModes: count,
      unsupportedCommands: Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { maxItems: 64 }),
      clock: oneOf("client", "server", "absent"),
      timeSource: oneOf("any", "strict"),
      isEventTimeAlwaysUnknown: flag,
      isSleepy: flag,
      longPollMs: milliseconds,
      checkInQuarterSeconds: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
      awakeAfterJoinMs: milliseconds,
      needsBinding: flag,
      answerDelayMs: Type.Tuple([milliseconds, milliseconds]),
      lateAnswerMs: Type.Union([milliseconds, Type.Null()]),
      hasWrongAnswerSequence: flag,
      extraAnswers: Type.Integer({ minimum: 0, maximum: 10 }),
      refusals: oneOf("spec", "failureForAll"),
      setPin: oneOf("stores", "ignored"),
      setPinAnswer: oneOf("response", "eventOnly"),
      refusesOccupiedSlot: flag,
      setPinResetsType: flag,
      setPinDropsSchedules: flag,
      refusesSimplePins: flag,
      getPin: oneOf("answers", "masked", "withoutCode", "silent"),
      clearPin: oneOf("answers", "silent"),
      fakeEmptyCode: Type.Union([Type.String({ maxLength: 16 }), Type.Null()]),
      sendPinOverTheAir: oneOf("writable", "readOnly", "unsupported"),
      isPinSentByDefault: flag,
      scheduleSetsUserType: flag,
      weekDayMask: oneOf("any", "singleDay"),
      missingSchedule: oneOf("statusOnly", "padded", "withoutStatus"),
      operationEvents: oneOf("all", "noWrongPin", "none"),
      programmingEvents: oneOf("all", "keypadOnly", "none"),
      masks: oneOf("writable", "readOnly", "unsupported"),
      initialMasks: oneOf("all", "none"),
      hasEventDataField: flag,
      extraEvents: Type.Integer({ minimum: 0, maximum: 10 }),
      wantsDefaultResponse: flag,
      eventOrder: oneOf("eventFirst", "stateReportFirst"),
      eventGapMs: milliseconds,
      isProgrammingUserIdShifted: flag,
      allUsersId: count,
      noUserId: count,
      isProgrammingPinInData: flag,
      activityAttributes: oneOf("none", "ascii", "bcd"),
      batteryUnitsPerPercent: Type.Union([Type.Literal(1), Type.Literal(2)]),
    },
    { additionalProperties: false },
  ),
  { additionalProperties: false },
);
