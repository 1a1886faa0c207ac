import { strict as assert } from "node:assert";
import Type, { type Static, type TSchema } from "typebox";
import type { Json } from "../base/json.ts";
import type { Access } from "../commands/caller.ts";
import type { Command, CommandContext, Decision } from "../commands/command.ts";
import { findLock } from "../commands/locks/address.ts";
import { type ErrorCode, GatewayError } from "../core/model/errors.ts";
import type { SealedDetail } from "../core/model/journal.ts";
import type { LockRecord } from "../core/model/lock.ts";
import { type PrintedAs, printed, printedOutput } from "./printed-result.ts";

/*
 * The Zigbee lock actions are commands with the names and fields of another API. Their results are in the one
 * field `result`.
 */

/** Describes one action. */
export interface ActionDescription<I extends TSchema> {
  readonly name: string;
  readonly summary: string;
  readonly input: I;
  /** The schema of `result`. */
  readonly result: TSchema;
  /**
   * Where the published example has the result, beside `result`: in `resultDO`, or its fields at the top of the answer.
   */
  readonly printedAs?: PrintedAs;
  /** Errors beside those that every call may have. */
  readonly errors: readonly ErrorCode[];
  readonly access?: Access;
  readonly isReadOnly?: boolean;
  readonly isOneShot?: boolean;
  run: Command<I>["run"];
}

/** Makes a command from an action. The type ties `run` to the schema of its input. */
export function action<I extends TSchema>({
  result,
  printedAs,
  ...description
}: ActionDescription<I>): Command<I> {
  return {
    access: "manager",
    isReadOnly: false,
    ...description,
    output: printedOutput(result, printedAs),
    run(context, input) {
      return withActionFieldNames(() => description.run(context, input), printedAs);
    },
  };
}

/** Errors of a change of a password beside {@link lockErrors}. */
export const changeErrors = ["duplicate", "lockFull", "clockLost", "unsupported"] as const;
/** The lock, or something of that name at it, does not exist. */
export const lockErrors = ["notFound"] as const;

/** A field of every action. The version matters to one action only. */
export const version = Type.Optional(
  Type.Union([Type.Literal("1.0"), Type.Literal("2.0")], { description: "the action's version" }),
);

/** The lock. Any text is taken: the ids of other systems are those of no lock here (15006). */
export const devId = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "the lock's IEEE address, 0x and 16 hex digits",
});

export const offset = Type.Optional(
  Type.Integer({ minimum: 0, maximum: 1_000_000, description: "how many to skip" }),
);
export const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 1000, description: "at most how many, default 50" }),
);
export const defaultLimit = 50;

/** Returns an answer that changes nothing. */
export function answer(result: Json, sealed: readonly SealedDetail[] = []): Decision {
  return { changes: [], journal: [], wake: [], result: { result }, sealed };
}

/** Returns the same decision with the answer of an action. */
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

/** Runs a synchronous command. Codes may have any length that the lock accepts. */
export function decisionOf<I extends TSchema>(
  command: Command<I>,
  context: CommandContext,
  params: Static<I>,
): Decision {
  const decision = command.run({ ...context, codeLength: "lock" }, params);
  assert.ok(!(decision instanceof Promise), `${command.name} must be synchronous`);
  return decision;
}

/** The actions' names for the fields of the commands behind them. */
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

/** Renames the field of an error to the name that the caller used, and prints the result where its example has it. */
function withActionFieldNames<I extends TSchema>(
  decide: () => ReturnType<Command<I>["run"]>,
  printedAs: PrintedAs,
) {
  try {
    const decided = decide();
    return decided instanceof Promise
      ? decided.then(
          (late) =>
            typeof late === "function"
              ? () => printed(late(), printedAs)
              : printed(late, printedAs),
          (fault: unknown) => {
            throw renamed(fault);
          },
        )
      : printed(decided, printedAs);
  } catch (fault) {
    throw renamed(fault);
  }
}

function renamed(fault: unknown): unknown {
  if (!(fault instanceof GatewayError) || fault.field === undefined) return fault;
  const name = fieldNames[fault.field];
  if (name === undefined) return fault;
  const text = fault.message.startsWith(`${fault.field}:`)
    ? `${name}${fault.message.slice(fault.field.length)}`
    : fault.message;
  return new GatewayError(fault.code, text, { field: name, cause: fault });
}
