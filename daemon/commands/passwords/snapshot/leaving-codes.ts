import type { UserId } from "../../../core/model/door-lock.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { PasswordId, PasswordRecord } from "../../../core/model/password.ts";
import type { SlotRecord } from "../../../core/model/slot.ts";
import type { CommandContext } from "../../command.ts";
import { pinCodeOf } from "../desired/code-check.ts";
import type { SnapshotStatus } from "./snapshot-status.ts";
import type { WantedPassword } from "./wanted-password.ts";

/**
 * Codes that a snapshot frees for other passwords: those of passwords that it removes, or gives another
 * code. The lock loses them before it gets any new code.
 */
export class LeavingCodes {
  readonly #leaving: ReadonlySet<PasswordId>;
  /** Passwords among them that already have their new code. */
  readonly #recoded = new Set<PasswordId>();

  constructor(
    { sealer }: CommandContext,
    removed: readonly PasswordRecord[],
    wanted: readonly { readonly status: SnapshotStatus; readonly password: WantedPassword }[],
  ) {
    const leaving = new Set(removed.map(({ id }) => id));
    for (const { status, password } of wanted) {
      const { password: digits } = password;
      if (status === "new" || status === "same" || digits === undefined) continue;
      const mark = sealer.mark(status.lock, pinCodeOf(digits));
      if (mark !== status.code?.mark) leaving.add(status.id);
    }
    this.#leaving = leaving;
  }

  /** From now on no other password may have its code. */
  recoded(id: PasswordId): void {
    this.#recoded.add(id);
  }

  /** Returns the lock without the codes that leave it, for comparison with a new code. */
  without(view: LockView): LockView {
    const slots = [...view.slots].map(([userId, slot]): [UserId, SlotRecord] => {
      const isLeaving = slot.holder !== null && this.#leaving.has(slot.holder);
      // The slot still belongs to its password: no other gets it.
      return [userId, isLeaving ? { ...slot, content: { kind: "empty" } } : slot];
    });
    const passwords = view.passwords.filter(
      ({ id }) => !this.#leaving.has(id) || this.#recoded.has(id),
    );
    return { ...view, passwords, slots: new Map(slots) };
  }
}
