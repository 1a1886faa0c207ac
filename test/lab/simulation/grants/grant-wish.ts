import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { WantedWindow } from "../checks/desired-codes.ts";

/** What a command does with a grant over several locks. */
export type GrantAct =
  | {
      readonly kind: "create";
      /** Null = latchd makes the code. */
      readonly code: string | null;
      readonly window: WantedWindow;
      readonly isDuress: boolean;
    }
  | { readonly kind: "add"; readonly grant: string; readonly lock: LockId }
  | { readonly kind: "remove"; readonly grant: string; readonly lock: LockId }
  | { readonly kind: "freeze" | "unfreeze" | "revoke"; readonly grant: string }
  | { readonly kind: "rewindow"; readonly grant: string; readonly window: WantedWindow };
