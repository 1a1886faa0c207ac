import Type from "typebox";
import { lockErrors } from "../call-errors.ts";
import type { Command } from "../command.ts";
import { answer, readCommand } from "../definition.ts";
import { openingFilter, openings } from "./openings.ts";

/** V1.6 `count_lock_events`. */
export const countLockEvents = readCommand({
  name: "count_lock_events",
  summary: "How many rows the history has.",
  access: "steward",
  errors: lockErrors,
  input: Type.Object(openingFilter, { additionalProperties: false }),
  output: Type.Object({ count: Type.Integer() }),
  run: async ({ view }, input) => answer({ count: (await openings(view, input)).length }),
});

/** The same call as the URL in the published document spells it. */
export const countLockEnvents: Command = { ...countLockEvents, name: "count_lock_envents" };
