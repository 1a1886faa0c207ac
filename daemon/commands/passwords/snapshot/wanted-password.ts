import Type, { type Static } from "typebox";
import type { Window } from "../../../core/model/window.ts";
import { code, flag, passwordId } from "../../schema/request-fields.ts";
import { windowOf } from "../../schema/window-fields.ts";
import {
  kindFields,
  optionalWeekly,
  permissionBegin,
  permissionEnd,
  textFields,
} from "../password-fields.ts";

/** One password of a snapshot, as a whole: what is absent is not wanted. */
export const wantedPassword = Type.Object(
  {
    password_id: passwordId,
    revision: Type.Integer({
      minimum: 1,
      maximum: 2 ** 31,
      description: "of the desired state; at the stored revision nothing may differ",
    }),
    password: Type.Optional(code),
    ...textFields,
    permission_begin: permissionBegin,
    permission_end: permissionEnd,
    weekly: optionalWeekly,
    frozen: Type.Optional(flag("1 = on the lock, and opens nothing")),
    ...kindFields,
  },
  { additionalProperties: false, description: "one password, whole: what is absent is not wanted" },
);

export type WantedPassword = Static<typeof wantedPassword>;

export function windowOfWanted(wanted: WantedPassword): Window {
  return windowOf(wanted.permission_begin, wanted.permission_end, wanted.weekly);
}
