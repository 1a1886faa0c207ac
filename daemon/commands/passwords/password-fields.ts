import Type from "typebox";
import { flag, lockAddress, passwordId, seconds, text, weekly } from "../schema/request-fields.ts";

/* Fields that requests about a password share. */

export const textFields = {
  phonenumber: Type.Optional(text("whom the code is sent to", 32)),
  name: Type.Optional(text("name for the history")),
  description: Type.Optional(text("free text", 512)),
};

export const permissionBegin = Type.Optional(
  seconds("valid from, Unix seconds; 0 or absent = at once"),
);
export const permissionEnd = Type.Optional(
  seconds("valid until, Unix seconds; 0 or absent = for ever"),
);
export const optionalWeekly = Type.Optional(weekly);

export const kindFields = {
  one_time: Type.Optional(flag("1 = ends with its first opening")),
  duress: Type.Optional(flag("1 = opens, and raises a silent alarm")),
};

/** A request that names one password and nothing else. */
export const passwordOnly = Type.Object(
  { ...lockAddress, password_id: passwordId },
  { additionalProperties: false },
);

/** Fields of a period that people write as times. */
export const periodTimes = ["permission_begin", "permission_end"] as const;

/** In lists: the grant over several locks that a password belongs to. */
export const ofGrant = Type.String({
  description: "the grant over several locks that it belongs to; absent = none",
});
