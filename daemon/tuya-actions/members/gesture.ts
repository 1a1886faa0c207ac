import Type from "typebox";
import { callerKey } from "../../commands/caller.ts";
import type { Command, CommandContext, Decision } from "../../commands/command.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { GesturePasswordRecord } from "../../core/model/home/household.ts";
import type { SealedDetail } from "../../core/model/journal.ts";
import { PinCode } from "../../core/model/secret.ts";
import { put } from "../../store/store.ts";
import { action, answer, devId, lockErrors, lockOf, version } from "../action.ts";
import { done, gestureCheck } from "../results.ts";
import { isHashOf, slowHash } from "../slow-hash.ts";

/** Wrong tries after which the password is locked; a new password unlocks it. */
export const gestureTries = 5;

const password = Type.String({
  pattern: "^[0-9]{4,16}$",
  description: "4 … 16 digits; of a gesture the numbers of its points",
});

const setInput = Type.Object(
  {
    v: version,
    devId,
    open: Type.Boolean({ description: "whether the app requires it" }),
    password: Type.Optional(password),
    type: Type.Optional(
      Type.Union([Type.Literal(1), Type.Literal(2)], {
        description: "1 gesture (the default), 2 digits",
      }),
    ),
  },
  { additionalProperties: false },
);

const validateInput = Type.Object({ v: version, devId, password }, { additionalProperties: false });

/** The password that the app requires before it shows a lock. It is no code for the door. */
export const gestureActions: readonly Command[] = [
  action({
    name: "tuya.m.device.lock.gesturepwd.set",
    summary: "Turns the app's own password for a lock on or off, and sets it.",
    result: done,
    errors: lockErrors,
    input: setInput,
    async run(context, input) {
      const { lock } = lockOf(context, input.devId);
      const fresh = input.password === undefined ? null : await slowHash(input.password);
      return () => {
        const before = context.view.get("gesture", [lock]);
        const hash = fresh ?? before;
        if (hash === undefined) {
          if (!input.open) return answer(true);
          const text = "password: is missing; none has been set for this lock yet";
          throw new GatewayError("badParameters", text, { field: "password" });
        }
        const record: GesturePasswordRecord = {
          lock,
          isOpen: input.open,
          type: input.type ?? before?.type ?? 1,
          salt: hash.salt,
          hash: hash.hash,
          // Switching it off and on again must not give new tries.
          misses: fresh === null ? (before?.misses ?? 0) : 0,
          uid: callerKey(context.caller),
          setAtMs: fresh === null ? (before?.setAtMs ?? 0) : context.time.nowMs,
        };
        return { ...answer(true), changes: [put("gesture", [lock], record)] };
      };
    },
  }),
  action({
    name: "tuya.m.device.lock.gesturepwd.validate",
    summary: "Checks the app's own password for a lock; five wrong tries lock it.",
    result: gestureCheck,
    errors: lockErrors,
    input: validateInput,
    async run(context, input) {
      const { lock } = lockOf(context, input.devId);
      const before = gestureOf(context, lock);
      const isRight =
        before.misses < gestureTries && before.isOpen && (await isHashOf(before, input.password));
      // During the hash others may have tried, or set another password.
      return () => checked(context, gestureOf(context, lock), { before, input, isRight });
    },
  }),
];

function gestureOf({ view }: CommandContext, lock: GesturePasswordRecord["lock"]) {
  const record = view.get("gesture", [lock]);
  if (record === undefined) {
    throw new GatewayError("notFound", "devId: no password has been set for this lock", {
      field: "devId",
    });
  }
  return record;
}

interface Try {
  readonly before: GesturePasswordRecord;
  readonly input: { readonly password: string };
  readonly isRight: boolean;
}

function checked(context: CommandContext, now: GesturePasswordRecord, tried: Try): Decision {
  const isLocked = now.misses >= gestureTries;
  const checkResult = tried.isRight && now.hash === tried.before.hash && now.isOpen && !isLocked;
  const isCounted = now.isOpen && !isLocked;
  const misses = !isCounted ? now.misses : checkResult ? 0 : now.misses + 1;
  const record = { ...now, misses };
  const result = {
    devId: now.lock,
    uid: now.uid,
    password: "",
    type: now.type,
    status: now.isOpen && misses < gestureTries,
    checkResult,
    spareTime: gestureTries - misses,
  };
  const changes = misses === now.misses ? [] : [put("gesture", [now.lock], record)];
  return { ...answer(result, [echo(context, now, tried.input.password)]), changes };
}

/** Seals the password that was tried: the answer repeats it, and answers are stored. */
function echo({ sealer }: CommandContext, { lock }: GesturePasswordRecord, text: string) {
  const boundTo = `gesture/${lock}`;
  const code = sealer.seal(lock, new PinCode(text), boundTo);
  return { path: ["result", "password"], code, boundTo } satisfies SealedDetail;
}
