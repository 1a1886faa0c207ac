import Type, { type TSchema } from "typebox";

/* The schemas of `result`. */

/** Returns the schema of one of a few numbers. */
function oneOf(numbers: readonly number[], description: string) {
  return Type.Union(
    numbers.map((number) => Type.Literal(number)),
    { description },
  );
}

const yes = oneOf([0, 1], "1 = yes");

/** Accepted and on disk. */
export const done = Type.Literal(true);
export const handoverResult = Type.Boolean({
  description: "whether a carrier has accepted the message",
});
export const checkResult = Type.Boolean({ description: "whether it was the right one" });

const deliveryStatus = oneOf(
  [1, 2, 3, 4, 5],
  "1 the lock has not confirmed, 2 it has, 3 it refused, 4 it has this code already, 5 it is full",
);
const effective = oneOf(
  [1, 2, 3, 4],
  "1 not yet, 2 in effect, 3 ends within 24 hours, 4 expired or used",
);
const phase = oneOf(
  [1, 2, 3, 4, 5],
  "1 being made, 2 normal, 3 frozen, 4 gone from the lock, 5 never taken by the lock",
);
const code = Type.String({ description: "the code in clear" });
const passwordId = Type.Integer({ description: "the password's id on its lock" });

const stretch = Type.Object({
  allDay: Type.Boolean(),
  effectiveTime: Type.Integer({ description: "minutes from midnight" }),
  invalidTime: Type.Integer({ description: "minutes from midnight" }),
  timeZoneId: Type.String(),
  workingDay: Type.Integer({
    description: "bit 0 Sunday … bit 6 Saturday, unless actions.working_day is sunday_highest",
  }),
});

/** A temporary password of the new generation. */
export const newPassword = Type.Object({
  deliveryStatus,
  devId: Type.String(),
  effective,
  effectiveTime: Type.String({ description: "Unix ms; 0 = from the beginning" }),
  id: passwordId,
  invalidTime: Type.String({ description: "Unix ms; 0 = without an end" }),
  name: Type.String(),
  oneTime: yes,
  operate: oneOf(
    [124, 125, 126, 127, 128],
    "last requested: 124 create, 125 delete, 126 modify, 127 freeze, 128 unfreeze",
  ),
  password: code,
  phase,
  phone: Type.String(),
  scheduleList: Type.Array(stretch),
  sendMsg: yes,
  status: Type.Boolean({ description: "still valid, and not frozen" }),
  timeZone: Type.String(),
  tyNumber: Type.Integer({ description: "its number on the lock; -1 = none" }),
  uid: Type.String({ description: 'the member it is tied to; "0" = none' }),
});

/** A temporary password of the old generation. */
export const oldPassword = Type.Object({
  phase,
  effective,
  effectiveTime: Type.Integer({ description: "Unix seconds; 0 = from the beginning" }),
  mobile: Type.String(),
  name: Type.String(),
  canDelete: Type.Boolean({ description: "no longer valid" }),
  invalidTime: Type.Integer({ description: "Unix seconds; 0 = without an end" }),
  id: passwordId,
  gmtCreate: Type.Integer({ description: "Unix ms" }),
  oneTime: yes,
  deliveryStatus,
  password: code,
});

/** Returns the schema of a page of a list, newest first. */
export function pageWith(row: TSchema) {
  return Type.Object({
    datas: Type.Array(row),
    hasNext: Type.Boolean(),
    totalCount: Type.Integer(),
  });
}

const happened = {
  devId: Type.String(),
  dps: Type.Array(Type.Record(Type.String(), Type.String()), {
    description: "one data point and its value",
  }),
  avatar: Type.String(),
  userName: Type.String(),
  gmtCreate: Type.Integer({ description: "when it happened, Unix ms" }),
  uuid: Type.String({ description: "the record's id" }),
  userId: Type.String({ description: 'the member; "0" = none' }),
  tags: Type.Integer(),
  status: Type.Integer(),
};

export const alarm = Type.Object(happened);
export const opening = Type.Object({
  ...happened,
  unlockName: Type.String({ description: "the credential's name" }),
});

export const member = Type.Object({
  userId: Type.String(),
  userName: Type.String(),
  account: Type.String(),
  countryCode: Type.String(),
  avatar: Type.String(),
  isOwner: Type.Boolean(),
});

export const opMode = Type.Object({ opModeId: Type.Integer(), unlockName: Type.String() });

export const accountOfOwner = Type.Object({ account: Type.String(), countryCode: Type.String() });

export const gestureCheck = Type.Object({
  devId: Type.String(),
  uid: Type.String({ description: "who set the password" }),
  password: Type.String({ description: "what was tried" }),
  type: oneOf([1, 2], "1 gesture, 2 digits"),
  status: Type.Boolean({ description: "switched on, and not locked" }),
  checkResult: checkResult,
  spareTime: Type.Integer({ description: "tries that are left" }),
});
