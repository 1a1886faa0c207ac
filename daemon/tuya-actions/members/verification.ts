import Type from "typebox";
import type { Command, CommandContext } from "../../commands/command.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { VerificationRecord } from "../../core/model/home/household.ts";
import { PinCode } from "../../core/model/secret.ts";
import { put, remove } from "../../store/store.ts";
import { action, answer, devId, lockErrors, lockOf, version } from "../action.ts";
import type { ActionPorts } from "../ports.ts";
import { accountOfOwner, checkResult, handoverResult } from "../results.ts";
import { isHashOf, slowHash } from "../slow-hash.ts";

const lifeMs = 5 * 60_000;
const pauseMs = 60_000;
const maxTries = 5;
/** Most accounts whose last code is stored; a further one replaces the oldest. */
const maxAccounts = 500;

/** The lock in the seal of a code for an account, which belongs to no lock. */
const noLock: LockId = "0x0000000000000000";

const account = Type.String({
  pattern: "^[A-Za-z0-9.@_+-]{3,128}$",
  description: "telephone number or e-mail address",
});

const sendInput = Type.Object({ v: version, account }, { additionalProperties: false });
const checkInput = Type.Object(
  { v: version, account, code: Type.String({ pattern: "^[0-9]{6}$", description: "six digits" }) },
  { additionalProperties: false },
);

export function verificationActions(ports: ActionPorts): readonly Command[] {
  /** Accounts whose code is being handed to the carrier. */
  const sending = new Set<string>();
  return [
    action({
      name: "tuya.m.device.user.account.get",
      summary: "Returns who would receive a verification code: the household's owner.",
      result: accountOfOwner,
      errors: lockErrors,
      isReadOnly: true,
      input: Type.Object({ v: version, devId }, { additionalProperties: false }),
      run(context, input) {
        lockOf(context, input.devId);
        const owner = [...context.view.list("member")].find((member) => member.isOwner);
        if (owner === undefined || owner.account === "") {
          throw new GatewayError("notFound", "devId: the household has no owner with an account", {
            field: "devId",
          });
        }
        return answer({ account: owner.account, countryCode: owner.countryCode });
      },
    }),
    action({
      name: "tuya.m.device.user.verifycode.send",
      summary: "Sends a verification code of six digits to a member; it is valid for five minutes.",
      result: handoverResult,
      errors: [...lockErrors, "busy"],
      isOneShot: true,
      input: sendInput,
      async run(context, input) {
        const { view, time } = context;
        requireMemberAccount(context, input.account);
        const before = view.get("verification", [input.account]);
        const isTooSoon = before !== undefined && isWithin(before, pauseMs, time.nowMs);
        if (isTooSoon || sending.has(input.account)) {
          throw new GatewayError("busy", "account: one code a minute; try again later", {
            field: "account",
          });
        }
        sending.add(input.account);
        try {
          return await sendCode(ports, context, input.account);
        } finally {
          sending.delete(input.account);
        }
      },
    }),
    action({
      name: "tuya.m.device.user.verifycode.check",
      summary: "Checks a verification code; five wrong tries end it, and so does the right one.",
      result: checkResult,
      errors: [],
      input: checkInput,
      async run(context, input) {
        const before = context.view.get("verification", [input.account]);
        const isRight = before !== undefined && (await isHashOf(before, input.code));
        return () => {
          const now = context.view.get("verification", [input.account]);
          if (now === undefined || !isValid(now, context.time.nowMs)) return answer(false);
          const isTrue = isRight && now.hash === before?.hash;
          const record = { ...now, tries: now.tries + 1, isUsed: isTrue };
          return { ...answer(isTrue), changes: [put("verification", [now.account], record)] };
        };
      },
    }),
  ];
}

function isValid(record: VerificationRecord, nowMs: number): boolean {
  return !record.isUsed && record.tries < maxTries && isWithin(record, lifeMs, nowMs);
}

/** A code sent in the future is from before the time was set back, and nobody knows how old it is. */
function isWithin({ sentAtMs }: VerificationRecord, spanMs: number, nowMs: number): boolean {
  return sentAtMs <= nowMs && nowMs < sentAtMs + spanMs;
}

/** @throws GatewayError `notFound` for the account of nobody here: the gateway must not write to strangers. */
function requireMemberAccount({ view }: CommandContext, wanted: string): void {
  for (const member of view.list("member")) if (member.account === wanted) return;
  throw new GatewayError("notFound", "account: no member has this account", { field: "account" });
}

async function sendCode(ports: ActionPorts, context: CommandContext, wanted: string) {
  const { time, sealer, newId, view } = context;
  const digits = ports.randomDigits();
  const salted = await slowHash(digits);
  const boundTo = `verification/${newId()}`;
  const isHandedOver = await ports.messages.handOver({
    messageId: newId(),
    kind: "verificationCode",
    to: wanted,
    countryCode: countryOf(context, wanted),
    lock: null,
    lockName: "",
    name: "",
    code: sealer.seal(noLock, new PinCode(digits), boundTo),
    boundTo,
    validFromMs: time.nowMs,
    validUntilMs: time.nowMs + lifeMs,
  });
  if (!isHandedOver) return answer(false);
  return () => {
    const record = { account: wanted, ...salted, sentAtMs: time.nowMs, tries: 0, isUsed: false };
    const known = [...view.list("verification")].filter((one) => one.account !== wanted);
    const oldest =
      known.length < maxAccounts
        ? undefined
        : known.reduce((one, other) => (other.sentAtMs < one.sentAtMs ? other : one));
    const room = oldest === undefined ? [] : [remove("verification", [oldest.account])];
    return { ...answer(true), changes: [put("verification", [wanted], record), ...room] };
  };
}

function countryOf({ view }: CommandContext, wanted: string): string {
  for (const member of view.list("member"))
    if (member.account === wanted) return member.countryCode;
  return "";
}
