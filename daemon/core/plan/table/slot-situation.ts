import { preloadSchedules, zonedMoment } from "../../enforcement/enforcement-work.ts";
import { wantedSchedules } from "../../enforcement/slot-enforcement.ts";
import type { Capabilities } from "../../model/door-lock.ts";
import type { LockSchedules } from "../../model/enforcement.ts";
import type { Effects, LockView } from "../../model/lock.ts";
import { administratorId, type PasswordRecord } from "../../model/password.ts";
import type { SlotRecord } from "../../model/slot.ts";
import { completion } from "../completion.ts";
import { holdsJunk } from "../junk.ts";
import { isForeign, type PlanInput } from "../plan-work.ts";
import { type Target, targetOf } from "../target.ts";

/** What a slot holds, as its password sees it. */
export type Holding =
  | "unknown"
  | "empty"
  /** A code that latchd did not put there. */
  | "foreign"
  /** Random digits that took the place of a revoked code; see `junk.ts`. */
  | "random"
  /** The code before this one, or one of which the lock hides the digits. */
  | "other"
  | "disabled"
  | "enabled";

/** Returns what the slot holds, as its password sees it. */
export function holdingOf(password: PasswordRecord, slot: SlotRecord): Holding {
  const { content } = slot;
  if (content.kind !== "occupied") return content.kind;
  if (isForeign(password, slot)) return "foreign";
  if (holdsJunk(slot)) return "random";
  const { code } = password;
  if (code !== null && code.mark !== content.mark) return "other";
  return content.userStatus === "occupiedEnabled" ? "enabled" : "disabled";
}

/** A password and its slot at one moment: what the conditions of the planner's table are asked about. */
export class SlotSituation {
  readonly input: PlanInput;
  readonly password: PasswordRecord;
  readonly slot: SlotRecord;
  readonly holding: Holding;
  readonly target: Target;
  #schedules: LockSchedules | null | undefined;
  #preload: LockSchedules | null | undefined;

  constructor(input: PlanInput, password: PasswordRecord, slot: SlotRecord) {
    this.input = input;
    this.password = password;
    this.slot = slot;
    this.holding = holdingOf(password, slot);
    this.target = targetOf(password, input.view.lock.capabilities, input.time.nowMs);
  }

  get view(): LockView {
    return this.input.view;
  }

  get capabilities(): Capabilities {
    return this.input.view.lock.capabilities;
  }

  get nowMs(): number {
    return this.input.time.nowMs;
  }

  /** Among grants the administrator's goes first, then the one whose window ends soonest. */
  get dueMs(): number {
    const { id, window } = this.password;
    return id === administratorId ? 0 : (window.endMs ?? Number.MAX_SAFE_INTEGER);
  }

  /** Among codes that are loaded ahead the one whose window begins soonest goes first. */
  get beginMs(): number {
    return this.password.window.beginMs ?? this.nowMs;
  }

  /** The schedules that the lock should keep for this password now, or null if it should keep none. */
  get schedules(): LockSchedules | null {
    const { password, input } = this;
    if (this.#schedules === undefined)
      this.#schedules = wantedSchedules(password, input.view.lock, zonedMoment(input));
    return this.#schedules;
  }

  /** The schedules under which the code can be loaded before its window, or null if it must wait. */
  get preload(): LockSchedules | null {
    if (this.#preload === undefined) this.#preload = preloadSchedules(this.input, this.password);
    return this.#preload;
  }

  /** What remains to be recorded and reported if the slot holds what is wanted; null = nothing. */
  get completed(): Effects | null {
    return completion.done(this.view, this.password, this.slot, this.nowMs);
  }

  /** The same of a code that waits in the lock for its window; null = nothing. */
  get preloaded(): Effects | null {
    return completion.preloaded(this.password, this.slot);
  }
}
