import type { CommandContext } from "../command.ts";
import type { HandOptions } from "../diagnostics/diagnostics.ts";

/** For the caller's name in the radio log, and so that the work ends with the caller. */
export function handOptions({ asked, signal }: CommandContext): HandOptions {
  return {
    ...(asked === undefined ? {} : { asked }),
    ...(signal === undefined ? {} : { signal }),
  };
}
