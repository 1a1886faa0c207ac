import Type from "typebox";

/* Fields of requests that several commands share. Each schema is the only description of its field. */

/** Returns the schema of a flag: 0 or 1. */
export const flag = (description: string) =>
  Type.Union([Type.Literal(0), Type.Literal(1)], { description });

/** Returns the schema of a time in Unix seconds. */
export const seconds = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 32_503_680_000, description });

export const text = (description: string, maxLength = 128) =>
  Type.String({ maxLength, description });

/** Returns the schema of an id that the caller chose: any text of 1 … 64 characters without control characters. */
const ownId = (description: string) =>
  Type.String({ pattern: "^[^\\u0000-\\u001f\\u007f]{1,64}$", description });

export const homeId = ownId("the home, by the caller's own id");
export const roomId = ownId("the room, by the caller's own id or the system's");

/** Returns the schema of a lock's IEEE address; capitals are the same address (see `withLockSpelling`). */
export const lockUuid = (description: string) =>
  Type.String({ pattern: "^0[xX][0-9a-fA-F]{16}$", description });

/** Fields that name a lock: its uuid, or the room that it is bound to. uuid wins. */
export const lockAddress = {
  uuid: Type.Optional(lockUuid("the lock's IEEE address, 0x and 16 hex digits")),
  room_id: Type.Optional(roomId),
  home_id: Type.Optional(homeId),
};

export const passwordId = Type.Integer({
  minimum: 0,
  maximum: 0x7fffffff,
  description: "the password's id on its lock; 999 is the administrator",
});

/**
 * A code: digits as text, so that `"001234"` keeps its zeros. V1.6 has six digits; latchd's own calls take
 * as many as the lock takes (see `checkLength`).
 */
export const code = Type.String({
  pattern: "^[0-9]{4,10}$",
  description:
    "six digits, as a string; in apply_snapshot, through latchctl and on the page 4 to 10, as many as the lock takes",
});

export const weekly = Type.Object(
  {
    days: Type.Array(
      Type.Union([
        Type.Literal("sunday"),
        Type.Literal("monday"),
        Type.Literal("tuesday"),
        Type.Literal("wednesday"),
        Type.Literal("thursday"),
        Type.Literal("friday"),
        Type.Literal("saturday"),
      ]),
      { minItems: 1, maxItems: 7, description: "days on which a stretch begins" },
    ),
    start_minute: Type.Integer({
      minimum: 0,
      maximum: 1439,
      description: "minutes from local midnight",
    }),
    end_minute: Type.Integer({
      minimum: 0,
      maximum: 1440,
      description: "minutes from local midnight; at or below start_minute: it ends on the next day",
    }),
    time_zone: Type.String({ minLength: 1, maxLength: 64, description: "IANA name" }),
  },
  { additionalProperties: false, description: "weekly schedule, ANDed with begin and end" },
);

/** No fields at all. */
export const noFields = Type.Object({}, { additionalProperties: false });

/** Nothing but the lock. */
export const lockOnly = Type.Object(lockAddress, { additionalProperties: false });
