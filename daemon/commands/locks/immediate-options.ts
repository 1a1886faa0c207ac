import type { CommandContext } from "../command.ts";
import type { ImmediateOptions } from "../diagnostics/diagnostics.ts";

/** For the caller's name in the radio log, and so that the work ends with the caller. */
export function immediateOptions({ requester, signal }: CommandContext): ImmediateOptions {
  return {
    ...(requester === undefined ? {} : { requester }),
    ...(signal === undefined ? {} : { signal }),
  };
}
