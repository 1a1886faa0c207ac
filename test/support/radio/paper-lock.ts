import type { SlotContent } from "../../../daemon/core/model/slot.ts";
import type { PlannedOperation } from "../../../daemon/core/model/slot-operation.ts";
import type { SlotOutcome } from "../../../daemon/core/outcome/outcome-input.ts";

type Held = Exclude<SlotContent, { kind: "unknown" }>;

/** A lock as simple as can be: slots by user id, no radio. */
export class PaperLock {
  readonly held = new Map<number, Held>();

  content(userId: number): Held {
    return this.held.get(userId) ?? { kind: "empty" };
  }

  perform(operation: PlannedOperation, mark: string | null): SlotOutcome {
    switch (operation.name) {
      case "setPinCode":
        this.held.set(operation.userId, {
          kind: "occupied",
          mark,
          userStatus: operation.userStatus,
          userType: "unrestricted",
        });
        return { kind: "done" };
      case "clearPinCode":
        this.held.delete(operation.userId);
        return { kind: "done" };
      case "setUserStatus": {
        const before = this.content(operation.userId);
        if (before.kind !== "occupied") return { kind: "refused", status: "failure" };
        this.held.set(operation.userId, { ...before, userStatus: operation.userStatus });
        return { kind: "done" };
      }
      case "getPinCode":
      case "getUserStatus":
        return { kind: "read", content: this.content(operation.userId), code: null };
    }
  }
}
