import type { OperationName } from "../../../../daemon/core/model/operation.ts";
import type { Placement } from "../house.ts";

export interface SentOperation {
  readonly name: OperationName;
  readonly userId?: number;
  readonly userStatus?: string;
}

/** Called for each operation when it leaves for the lock, before the lock has seen it. */
export type SendObserver = (placement: Placement, operation: SentOperation) => void;
