import type { UserId } from "../../../core/model/door-lock.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { PasswordId, PasswordRecord } from "../../../core/model/password.ts";
import type { SlotRecord } from "../../../core/model/slot.ts";
import type { CommandContext } from "../../command.ts";
import { pinCodeOf } from "../password-change.ts";
import type { SnapshotStatus, WantedPassword } from "./snapshot-status.ts";

/**
 * Whose code is free for others while a snapshot is worked through: passwords that it removes, or gives
 * another code. At the lock their codes go before any new one comes.
 */
export class LeavingCodes {
  readonly #leaving: ReadonlySet<PasswordId>;
  /** Those of them that have their new code by now. */
  readonly #recoded = new Set<PasswordId>();

  constructor(
    { sealer }: CommandContext,
    removed: readonly PasswordRecord[],
    wanted: readonly { readonly standing: SnapshotStatus; readonly password: WantedPassword }[],
  ) {
    const leaving = new Set(removed.map(({ id }) => id));
    for (const { standing, password } of wanted) {
      const { password: digits } = password;
      if (standing === "new" || standing === "same" || digits === undefined) continue;
      const mark = sealer.mark(standing.lock, pinCodeOf(digits));
      if (mark !== standing.code?.mark) leaving.add(standing.id);
    }
    this.#leaving = leaving;
  }

  /** From now on its code is one that others may not have. */
  recoded(id: PasswordId): void {
    this.#recoded.add(id);
  }

  /** The lock without the codes that leave it: what a new code is compared with. */
  without(view: LockView): LockView {
    const slots = [...view.slots].map(([userId, slot]): [UserId, SlotRecord] => {
      const isLeaving = slot.holder !== null && this.#leaving.has(slot.holder);
      // Still its holder's: it is given to nobody else.
      return [userId, isLeaving ? { ...slot, content: { kind: "empty" } } : slot];
    });
    const passwords = view.passwords.filter(
      ({ id }) => !this.#leaving.has(id) || this.#recoded.has(id),
    );
    return { ...view, passwords, slots: new Map(slots) };
  }
}
