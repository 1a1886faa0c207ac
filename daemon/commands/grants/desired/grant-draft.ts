import type { GrantDoor, GrantOutcome, GrantRecord } from "../../../core/grant/grant.ts";
import { confirmedOutcome } from "../../../core/grant/grant-following.ts";
import { reportedOf, type WantedGrant } from "../../../core/grant/grant-outcome.ts";
import type { ActivityId } from "../../../core/logs/activity-log.ts";
import type { LockId } from "../../../core/model/door-lock.ts";
import type { JournalEntry } from "../../../core/model/journal.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { PasswordId, PasswordRecord } from "../../../core/model/password.ts";
import type { PinCode } from "../../../core/model/secret.ts";
import { nextPasswordIdAfter } from "../../../core/plan/slot-allocation.ts";
import { type Change, put } from "../../../store/store.ts";
import { activityOfPassword } from "../../activity/activity-entry.ts";
import type { CommandContext, Decision } from "../../command.ts";
import { desire } from "../../passwords/desired/desired-password.ts";
import { newPassword } from "../../passwords/desired/new-password.ts";
import { slotOrNull, takeSlot } from "../../passwords/desired/slot-choice.ts";
import { outcomeReply } from "../grant-reply.ts";

/** The passwords of a grant on several locks, as one command changes them: one batch for all of them. */
export class GrantDraft {
  readonly #context: CommandContext;
  readonly #changes: Change[] = [];
  readonly #journal: JournalEntry[] = [];
  readonly #passwords = new Map<string, PasswordRecord>();

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** Returns the grant's password on a lock, as it is now in the draft. */
  password(lock: LockId, id: PasswordId): PasswordRecord | undefined {
    return this.#passwords.get(`${lock}/${id}`) ?? this.#context.view.get("password", [lock, id]);
  }

  /** Adds a password to a lock. Without a free slot it waits, and the plan reports `full`. */
  add(stored: LockView, grant: WantedGrant, pinCode: PinCode): GrantDoor {
    const { lock } = stored;
    const id = lock.nextPasswordId;
    const mark = this.#context.sealer.mark(lock.lock, pinCode);
    const password = newPassword(this.#context, lock.lock, {
      id,
      name: grant.person,
      description: "",
      sendTo: "",
      pinCode,
      window: grant.window,
      isFrozen: grant.isFrozen,
      isOneTime: false,
      isDuress: grant.isDuress,
      grant: grant.grant,
      ...(grant.uses === undefined ? {} : { uses: { limit: grant.uses.limit, count: 0 } }),
      userId: slotOrNull(() => takeSlot(stored, id)),
    });
    this.desire(stored, password);
    this.#changes.push(
      put("lock", [lock.lock], { ...lock, nextPasswordId: nextPasswordIdAfter(id) }),
    );
    return { lock: lock.lock, passwordId: id, mark, gone: null };
  }

  /** Takes the next revision of a password into the batch. */
  desire(stored: LockView, password: PasswordRecord): void {
    const { changes, journal } = desire(stored, password, {});
    this.#changes.push(...changes);
    this.#journal.push(...journal);
    this.#passwords.set(`${password.lock}/${password.id}`, password);
  }

  /** Takes changes of a password into the batch that need nothing of its lock. */
  relabel(password: PasswordRecord): void {
    this.#changes.push(put("password", [password.lock, password.id], password));
    this.#passwords.set(`${password.lock}/${password.id}`, password);
  }

  /** Returns the decision that writes the grant with its passwords, and answers its outcome. */
  decide(wanted: WantedGrant, opId: ActivityId): Decision {
    const outcome = this.#outcomeOf(wanted);
    const grant: GrantRecord = { ...wanted, reported: reportedOf(outcome) };
    const changes = [...this.#changes, put("grant", [grant.grant], grant)];
    return {
      changes,
      journal: this.#journal,
      activities: activityOfPassword(this.#context, opId, { changes }),
      result: outcomeReply(this.#context.view, grant.grant, outcome),
      wake: [...this.#passwords.values()].map(({ lock }) => lock),
    };
  }

  #outcomeOf(wanted: WantedGrant): GrantOutcome {
    return confirmedOutcome(wanted, { after: (lock, id) => this.password(lock, id) });
  }
}
