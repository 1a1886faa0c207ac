import { strict as assert } from "node:assert";
import Type, { type Static, type TSchema } from "typebox";
import type { Json } from "../base/json.ts";
import type { Access } from "../commands/caller.ts";
import type { Command, CommandContext, Decision } from "../commands/command.ts";
import { findLock } from "../commands/locks/address.ts";
import { type ErrorCode, GatewayError } from "../core/model/errors.ts";
import type { SealedDetail } from "../core/model/journal.ts";
import type { LockRecord } from "../core/model/lock.ts";

/*
 * The Zigbee lock actions are commands like all others, in another API's words: their names are the
 * actions', their results stand in the one field `result`.
 */

/** What is missing in an action's description beside its name and what it does. */
export interface ActionDescription<I extends TSchema> {
  readonly name: string;
  readonly summary: string;
  readonly input: I;
  /** What it answers in `result`. */
  readonly result: TSchema;
  /** What it may answer beside what any call may. */
  readonly errors: readonly ErrorCode[];
  readonly access?: Access;
  readonly isReadOnly?: boolean;
  readonly isOneShot?: boolean;
  run: Command<I>["run"];
}

/** Keeps input and `run` of one action to the same schema. */
export function action<I extends TSchema>({ result, ...words }: ActionDescription<I>): Command<I> {
  return {
    access: "manager",
    isReadOnly: false,
    ...words,
    output: Type.Object({ result }),
    run(context, input) {
      return withActionFieldNames(() => words.run(context, input));
    },
  };
}

/** What a change of a password may come to beside {@link lockErrors}. */
export const changeErrors = ["duplicate", "lockFull", "clockLost", "unsupported"] as const;
/** There is no such lock, or nothing of that name at it. */
export const lockErrors = ["notFound"] as const;

/** Fields that every action takes: `v` is the action's version and, but for one, says nothing more. */
export const version = Type.Optional(
  Type.Union([Type.Literal("1.0"), Type.Literal("2.0")], { description: "the action's version" }),
);

/** The lock. */
export const devId = Type.String({
  pattern: "^0x[0-9a-f]{16}$",
  description: "the lock's IEEE address, 0x and 16 lower-case hex digits",
});

export const offset = Type.Optional(
  Type.Integer({ minimum: 0, maximum: 1_000_000, description: "so many are left out" }),
);
export const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 1000, description: "so many at most, default 50" }),
);
export const defaultLimit = 50;

/** An answer that changes nothing. */
export function answer(result: Json, sealed: readonly SealedDetail[] = []): Decision {
  return { changes: [], journal: [], wake: [], result: { result }, sealed };
}

/** The same decision with the answer of an action. */
export function withAnswer(
  decision: Decision,
  result: Json,
  sealed: readonly SealedDetail[] = [],
): Decision {
  return { ...decision, result: { result }, sealed };
}

/** @throws GatewayError `notFound`. */
export function lockOf(context: CommandContext, uuid: string): LockRecord {
  return findLock(context.view, { uuid });
}

/** What a command that waits for nothing decides; codes may be as long as the lock takes. */
export function decisionOf<I extends TSchema>(
  command: Command<I>,
  context: CommandContext,
  params: Static<I>,
): Decision {
  const decision = command.run({ ...context, codeLength: "lock" }, params);
  assert.ok(!(decision instanceof Promise), `${command.name} waits for nothing`);
  return decision;
}

/** What the commands behind the actions call their fields. */
const fieldNames: Readonly<Record<string, string>> = {
  uuid: "devId",
  is_default: "devId",
  password_id: "id",
  phonenumber: "phone",
  one_time: "oneTime",
  permission: "effectiveTime",
  permission_begin: "effectiveTime",
  permission_end: "invalidTime",
  weekly: "schedule",
  "weekly.days": "schedule",
  "weekly.start_minute": "schedule",
  "weekly.end_minute": "schedule",
  "weekly.time_zone": "schedule",
};

/** Faults name the fields as the caller knows them. */
function withActionFieldNames<I extends TSchema>(decide: () => ReturnType<Command<I>["run"]>) {
  try {
    const decided = decide();
    return decided instanceof Promise
      ? decided.catch((fault: unknown) => {
          throw renamed(fault);
        })
      : decided;
  } catch (fault) {
    throw renamed(fault);
  }
}

function renamed(fault: unknown): unknown {
  if (!(fault instanceof GatewayError) || fault.field === undefined) return fault;
  const word = fieldNames[fault.field];
  if (word === undefined) return fault;
  const text = fault.message.startsWith(`${fault.field}:`)
    ? `${word}${fault.message.slice(fault.field.length)}`
    : fault.message;
  return new GatewayError(fault.code, text, { field: word, cause: fault });
}
