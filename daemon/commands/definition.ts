import type { TSchema } from "typebox";
import type { JsonObject } from "../base/json.ts";
import type { SealedDetail } from "../core/model/journal.ts";
import type { Change } from "../store/store.ts";
import type { Command, Decision } from "./command.ts";

/** Defines a command that writes nothing. It ties the type of `run` to the command's own schema. */
export function readCommand<I extends TSchema>(
  command: Omit<Command<I>, "isReadOnly">,
): Command<I> {
  return { isReadOnly: true, ...command };
}

/** Defines a command that writes. It ties the type of `run` to the command's own schema. */
export function writeCommand<I extends TSchema>(
  command: Omit<Command<I>, "isReadOnly">,
): Command<I> {
  return { isReadOnly: false, ...command };
}

/** Returns an answer that changes nothing. */
export function answer(result: JsonObject, sealed: readonly SealedDetail[] = []): Decision {
  return { changes: [], journal: [], wake: [], result, sealed };
}

/** Returns a decision that writes these changes and wakes no lock. */
export function changing(changes: readonly Change[], result: JsonObject = {}): Decision {
  return { ...answer(result), changes };
}
