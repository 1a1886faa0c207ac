import { permanent, type Wanted, type WantedLock, type WantedWindow } from "./desired-codes.ts";

/** The change that a command makes to one password. */
export type PasswordWish =
  | {
      readonly kind: "add";
      /** Given by a snapshot; otherwise the gateway's answer has it. */
      readonly id?: number;
      readonly code: string;
      readonly window: WantedWindow;
      readonly isOneTime: boolean;
      readonly isDuress: boolean;
    }
  | PasswordChange
  | { readonly kind: "rename"; readonly id: number; readonly isDuress?: boolean };

/** The fields that change the access of a password. */
type PasswordChange =
  | { readonly kind: "recode"; readonly id: number; readonly code: string }
  | { readonly kind: "rewindow"; readonly id: number; readonly window: WantedWindow }
  | { readonly kind: "delete" | "freeze" | "unfreeze"; readonly id: number };

/** Returns a password without a code that nobody has restricted. */
export function newWanted(id: number, changedMs: number): Wanted {
  return {
    id,
    code: null,
    isHidden: false,
    window: permanent,
    isOneTime: false,
    isDuress: false,
    isFrozen: false,
    isDeleted: false,
    isConsumed: false,
    isFromKeypad: false,
    changedMs,
  };
}

export function applyWish(books: WantedLock, wanted: Wanted, wish: PasswordChange): void {
  switch (wish.kind) {
    case "recode":
      wanted.code = wish.code;
      wanted.isHidden = false;
      books.own(wish.code, wanted.id);
      return;
    case "rewindow":
      wanted.window = wish.window;
      if (wanted.code !== null) books.own(wanted.code, wanted.id);
      return;
    case "delete":
      wanted.isDeleted = true;
      return;
    case "freeze":
      wanted.isFrozen = true;
      return;
    case "unfreeze":
      wanted.isFrozen = false;
  }
}
