import type { SlotContent } from "../../../daemon/core/model/slot.ts";
import type { PlannedOperation } from "../../../daemon/core/model/slot-operation.ts";
import type { SlotOutcome } from "../../../daemon/core/outcome/outcome-input.ts";

type CodeContent = Exclude<SlotContent, { kind: "unknown" }>;

/** A lock as simple as can be: slots by user id, no radio. */
export class PaperLock {
  readonly stored = new Map<number, CodeContent>();

  content(userId: number): CodeContent {
    return this.stored.get(userId) ?? { kind: "empty" };
  }

  perform(operation: PlannedOperation, mark: string | null): SlotOutcome {
    switch (operation.name) {
      case "setPinCode":
        this.stored.set(operation.userId, {
          kind: "occupied",
          mark,
          userStatus: operation.userStatus,
          userType: "unrestricted",
        });
        return { kind: "done" };
      case "clearPinCode":
        this.stored.delete(operation.userId);
        return { kind: "done" };
      case "setUserStatus": {
        const before = this.content(operation.userId);
        if (before.kind !== "occupied") return { kind: "refused", status: "failure" };
        this.stored.set(operation.userId, { ...before, userStatus: operation.userStatus });
        return { kind: "done" };
      }
      case "getPinCode":
      case "getUserStatus":
        return { kind: "read", content: this.content(operation.userId), code: null };
    }
  }
}
