import Type, { type Static } from "typebox";
import type { Command, CommandContext, Decision } from "../../commands/command.ts";
import { updatePassword } from "../../commands/passwords/update-password.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { put } from "../../store/store.ts";
import {
  action,
  answer,
  decisionOf,
  devId,
  lockErrors,
  lockOf,
  version,
  withAnswer,
} from "../action.ts";
import { findCredential } from "../credential.ts";
import { done } from "../results.ts";

const number = (description: string) =>
  Type.Union(
    [
      Type.Integer({ minimum: 0, maximum: 0xfffe }),
      Type.String({ pattern: "^[0-9]{1,5}$" }),
      // The published examples give the whole unlock id here.
      Type.String({ pattern: "^[0-9]{1,2}-[0-9]{1,5}$" }),
    ],
    { description },
  );

const input = Type.Object(
  {
    v: version,
    devId,
    dpId: Type.Union(
      [Type.Integer({ minimum: 1, maximum: 99 }), Type.String({ pattern: "^[0-9]{1,2}$" })],
      { description: "kind: 1 finger, 2 code, 3 temporary code, 4 dynamic code, 5 card" },
    ),
    dpValue: number("its number on the lock, or kind and number: 1-2"),
  },
  { additionalProperties: false },
);

/** Mark and unmark a credential for duress: its use opens the door and raises a silent `duressAlarm`. */
export const duressActions: readonly Command[] = [
  action({
    name: "tuya.m.scale.hijacking.add.config",
    summary: "Marks a credential: its use opens the door and raises a silent alarm.",
    result: done,
    errors: [...lockErrors, "clockLost", "busy"],
    input,
    run: (context, request) => mark(context, request, true),
  }),
  action({
    name: "tuya.m.scale.hijacking.remove.config",
    summary: "Removes the mark of the silent alarm from a credential.",
    result: done,
    errors: [...lockErrors, "clockLost"],
    input,
    run: (context, request) => mark(context, request, false),
  }),
];

function mark(context: CommandContext, request: Static<typeof input>, isDuress: boolean): Decision {
  const lock = lockOf(context, request.devId);
  const kind = Number(request.dpId);
  const { unlockId, holder } = findCredential(context, lock, [
    "dpValue",
    kind,
    numberOf(request.dpValue, kind),
  ]);
  if (holder !== null) {
    const params = { uuid: lock.lock, password_id: holder.id } as const;
    const duress = isDuress ? 1 : 0;
    return withAnswer(decisionOf(updatePassword, context, { ...params, duress }), true);
  }
  const others = (lock.duressCredentials ?? []).filter((id) => id !== unlockId);
  if (isDuress && others.length >= maxMarks) {
    throw new GatewayError("busy", `dpValue: ${maxMarks} credentials are marked already`);
  }
  const duressCredentials = isDuress ? [...others, unlockId] : others;
  return { ...answer(true), changes: [put("lock", [lock.lock], { ...lock, duressCredentials })] };
}

/** Most marked cards and fingers of one lock. */
const maxMarks = 256;

/** Returns the number. @throws GatewayError `badParameters` when the kind is given too and differs from `dpId`. */
function numberOf(value: string | number, kind: number): number {
  const [first = "", second] = String(value).split("-");
  if (second !== undefined && Number(first) !== kind) {
    throw new GatewayError("badParameters", "dpValue: is of another kind than dpId", {
      field: "dpValue",
    });
  }
  return Number(second ?? first);
}
