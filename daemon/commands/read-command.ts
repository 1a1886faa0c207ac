import type { TSchema } from "typebox";
import type { JsonObject } from "../base/json.ts";
import type { SealedDetail } from "../core/model/journal.ts";
import type { Command, Decision } from "./command.ts";

/** A command that writes nothing. Keeps input and `run` of one command to the same schema. */
export function readCommand<I extends TSchema>(
  command: Omit<Command<I>, "isReadOnly">,
): Command<I> {
  return { isReadOnly: true, ...command };
}

/** An answer that changes nothing. */
export function answer(result: JsonObject, sealed: readonly SealedDetail[] = []): Decision {
  return { changes: [], journal: [], wake: [], result, sealed };
}
