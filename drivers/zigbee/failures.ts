/** Herdsman's errors, told apart by class and code. No message text is looked at. */
import type { Outcome } from "../lock-driver.ts";

export type UnreachableCause = Extract<Outcome, { kind: "unreachable" }>["cause"];

/** Thrown by a gate to keep back a frame whose time has passed. */
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
 * its numeric `code` have to do. Everything else without a code is herdsman waiting in vain.
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

/** What may be logged of an error: herdsman puts payloads into its messages, so never the message. */
export function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = numericCode(error);
  return code === null ? error.constructor.name : `${error.constructor.name} ${code}`;
}
