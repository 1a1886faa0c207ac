import type { TimeReading } from "../core/model/clock.ts";
import type { CloudCommand } from "./execution.ts";
import { isRevocation } from "./passwords/revocation.ts";

/** Time limit of a scan or other work at a lock for the cloud; the work then ends with what it has. */
const maxCloudWorkMs = 60_000;

/**
 * Returns how long a command of the cloud may use the radio, ms: until it expires, and at most a minute.
 * The cloud cannot hang up as other callers do.
 */
export function cloudWorkMs(command: CloudCommand, time: TimeReading): number {
  const { exp } = command;
  const isBound = exp !== undefined && time.state !== "lost";
  if (!isBound || isRevocation(command.command, command.params)) return maxCloudWorkMs;
  return Math.max(0, Math.min(maxCloudWorkMs, exp * 1000 - time.nowMs));
}

/** Returns whether a command is too late. A revocation never is, because a late one still takes access away. */
export function hasExpired({ command, params, exp }: CloudCommand, time: TimeReading): boolean {
  if (exp === undefined || isRevocation(command, params)) return false;
  return time.state !== "lost" && exp * 1000 <= time.nowMs;
}
