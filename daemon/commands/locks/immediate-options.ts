import type { CommandContext } from "../command.ts";
import type { ImmediateOptions } from "../diagnostics/diagnostics.ts";

/** Returns who wants the work, for the radio log, and the signal that ends the work with its caller. */
export function immediateOptions({ requester, signal }: CommandContext): ImmediateOptions {
  return {
    ...(requester === undefined ? {} : { requester }),
    ...(signal === undefined ? {} : { signal }),
  };
}
