import Type from "typebox";
import { requireMember, userId } from "../../commands/access/member-lookup.ts";
import type { Command } from "../../commands/command.ts";
import type { OpModeRecord } from "../../core/model/home/household.ts";
import { put } from "../../store/store.ts";
import { action, answer, devId, lockErrors, lockOf, version } from "../action.ts";
import { findCredential } from "../credential.ts";
import { member, opMode } from "../results.ts";

/* Members of the household, and the names of their credentials. */

const opModeInput = Type.Object(
  {
    v: version,
    devId,
    userId,
    unlockId: Type.String({ pattern: "^[0-9]{1,2}-[0-9]{1,5}$", description: "kind-number: 1-2" }),
    unlockName: Type.String({ minLength: 1, maxLength: 64, description: "the credential's name" }),
  },
  { additionalProperties: false },
);

const nextOpMode = "opmode.next";

export const memberActions: readonly Command[] = [
  action({
    name: "tuya.m.zigbee.member.list",
    summary: "Lists the members of the household.",
    result: Type.Array(member),
    errors: [],
    access: "steward",
    isReadOnly: true,
    input: Type.Object(
      { v: version, devId: Type.Optional(devId) },
      { additionalProperties: false },
    ),
    run: ({ view }) =>
      answer(
        [...view.list("member")].map(
          ({ userId: id, name, account, countryCode, avatar, isOwner }) => ({
            userId: id,
            userName: name,
            account,
            countryCode,
            avatar,
            isOwner,
          }),
        ),
      ),
  }),
  action({
    name: "tuya.m.device.member.opmode.add",
    summary: "Names a credential that is on the lock and ties it to a member.",
    result: opMode,
    errors: lockErrors,
    input: opModeInput,
    run(context, input) {
      const { view, time } = context;
      const lock = lockOf(context, input.devId);
      requireMember(view, input.userId, "userId");
      const [kind = "", number = ""] = input.unlockId.split("-");
      const { unlockId, holder } = findCredential(context, lock, [
        "unlockId",
        Number(kind),
        Number(number),
      ]);
      const before = view.get("opmode", [lock.lock, unlockId]);
      const next = Number(view.get("setting", [nextOpMode])?.value ?? 1);
      const mode: OpModeRecord = {
        opModeId: before?.opModeId ?? next,
        lock: lock.lock,
        unlockId,
        unlockName: input.unlockName,
        userId: input.userId,
        passwordId: holder?.id ?? null,
        createdAtMs: before?.createdAtMs ?? time.nowMs,
      };
      const counted =
        before === undefined ? [put("setting", [nextOpMode], { value: next + 1 })] : [];
      return {
        ...answer({ opModeId: mode.opModeId, unlockName: mode.unlockName }),
        changes: [put("opmode", [lock.lock, unlockId], mode), ...counted],
      };
    },
  }),
];
