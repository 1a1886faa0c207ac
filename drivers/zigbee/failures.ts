/** Herdsman's errors, distinguished by class and code. Message texts are never read. */
import type { Outcome } from "../lock-driver.ts";

export type UnreachableCause = Extract<Outcome, { kind: "unreachable" }>["cause"];

/** Thrown by a gate to withdraw a frame whose time has passed. */
export class FrameWithdrawnError extends Error {
  override readonly name = "FrameWithdrawnError";
}

/** MAC and NWK statuses of AF_DATA_CONFIRM, as Z-Stack sends them. */
const confirmStatus = {
  noRoute: 0xcd,
  noAcknowledgement: 0xe9,
  transactionExpired: 0xf0,
} as const;

/**
 * Why a lock could not be reached.
 * `DataConfirmError` is herdsman's class for a refused data confirm: it is not exported, so its name and
 * its numeric `code` are used. Everything else without a code is a timeout in herdsman.
 */
export function unreachableCause(error: unknown): UnreachableCause {
  if (!(error instanceof Error) || error.constructor.name !== "DataConfirmError") return "timeout";
  switch (numericCode(error)) {
    case confirmStatus.transactionExpired:
      return "asleep";
    case confirmStatus.noRoute:
    case confirmStatus.noAcknowledgement:
      return "noRoute";
    default:
      return "timeout";
  }
}

/** The `code` of herdsman's ZclStatusError, ZdoStatusError and DataConfirmError; null without one. */
export function numericCode(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "number" ? error.code : null;
}

/**
 * Returns what may be logged of an error: never the message, because herdsman puts payloads into it. An error of the
 * operating system has its code, such as `Error ENOSPC`.
 */
export function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = systemCode(error) ?? numericCode(error);
  return code === null ? error.constructor.name : `${error.constructor.name} ${code}`;
}

/** Returns the code of an error of the operating system; null for any other. */
function systemCode(error: Error): string | null {
  if (!("syscall" in error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}
