import type { Shown } from "../../../core/evidence/shown-slot-content.ts";
import type { LockId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { PinReading } from "../../../core/model/operation.ts";
import type { CommandContext } from "../../command.ts";
import type { SlotAnswer } from "../../diagnostics/diagnostics.ts";

/** Returns a slot's content as the lock has just shown it. */
export function contentOf({ sealer }: CommandContext, lock: LockId, reading: PinReading): Shown {
  if (reading.kind === "empty") return reading;
  const { pinCode, userStatus, userType } = reading;
  const mark = pinCode === "masked" ? null : sealer.mark(lock, pinCode);
  return { kind: "occupied", mark, userStatus, userType };
}

/** Returns the error for a lock that did not do what a caller waits for. */
export function slotRefusal({
  kind,
}: Pick<Exclude<SlotAnswer, { kind: "read" }>, "kind">): GatewayError {
  switch (kind) {
    case "refused":
      return new GatewayError("refusedByLock", "uuid: the lock refused", { field: "uuid" });
    case "unsupported":
      return new GatewayError("unsupported", "uuid: the lock cannot do this", { field: "uuid" });
    case "unreachable":
      return new GatewayError("unreachable", "uuid: the lock did not answer", { field: "uuid" });
  }
}
