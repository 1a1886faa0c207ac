import type { JsonObject } from "../../base/json.ts";
import type { DoorOutcome, GrantId, GrantOutcome, GrantRecord } from "../../core/grant/grant.ts";
import { type DoorState, grantOutcome } from "../../core/grant/grant-outcome.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { LockView } from "../../core/model/lock.ts";
import { overdueRevocations } from "../../core/plan/overdue.ts";
import { stageOf } from "../../core/plan/password-stage.ts";
import type { StoreView } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import { lockView } from "../locks/address.ts";
import { knownOf } from "../locks/lock-moment.ts";

/** Returns what a command that changes a grant answers. */
export function outcomeReply(
  view: StoreView,
  grant: GrantId,
  { outcome, doors }: GrantOutcome,
): JsonObject {
  return { grant_id: grant, outcome, doors: doors.map((door) => doorReply(view, door)) };
}

export function doorReply(
  view: StoreView,
  { lock, passwordId, outcome, reason }: DoorOutcome,
): JsonObject {
  const name = view.get("lock", [lock])?.name ?? "";
  return { uuid: lock, lock_name: name, password_id: passwordId, outcome, reason };
}

/** Says how grants are at their locks at this moment. It reads each lock once. */
export class GrantsNow {
  readonly #context: CommandContext;
  readonly #locks = new Map<LockId, LockNow | null>();

  constructor(context: CommandContext) {
    this.#context = context;
  }

  outcomeOf(grant: GrantRecord): GrantOutcome {
    return grantOutcome(grant, ({ lock, passwordId }) => this.stateOf(lock, passwordId));
  }

  /** Returns the password as it is at its lock, or null if the lock has no such password. */
  stateOf(lock: LockId, id: number): DoorState | null {
    const now = this.#lockNow(lock);
    const password = now?.view.passwords.find((one) => one.id === id);
    if (now === null || password === undefined) return null;
    const { time } = this.#context;
    const known = knownOf(this.#context, lock);
    const plan = { view: now.view, time, blockedUntilMs: null, ...known };
    return { password, stage: stageOf(plan, password, now.overdue.has(id)) };
  }

  #lockNow(lock: LockId): LockNow | null {
    const known = this.#locks.get(lock);
    if (known !== undefined) return known;
    const { view, time } = this.#context;
    const record = view.get("lock", [lock]);
    const now = record === undefined ? null : lockView(view, record);
    const made =
      now === null
        ? null
        : {
            view: now,
            overdue: new Set(
              overdueRevocations(now, time.nowMs, knownOf(this.#context, lock)).map(
                ({ passwordId }) => passwordId,
              ),
            ),
          };
    this.#locks.set(lock, made);
    return made;
  }
}

interface LockNow {
  readonly view: LockView;
  readonly overdue: ReadonlySet<number>;
}
