import type { ErrorCode } from "../core/model/errors.ts";

/** Errors that any call may answer: the caller, the parameters, and faults of the gateway itself. */
export const commonErrors: readonly ErrorCode[] = [
  "tokenInvalid",
  "tokenExpired",
  "permissionDenied",
  "badParameters",
  "store",
  "internal",
];

/** Errors of a command that names a lock: there is no such lock, or no such room. */
export const lockErrors = ["notFound", "roomMissing"] as const;

/** Errors of a command that waits for the lock's answer over the radio. */
export const radioErrors = ["unsupported", "unreachable", "refusedByLock"] as const;
