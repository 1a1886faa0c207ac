import assert from "node:assert/strict";
import type { AuditsPerDay } from "../../../daemon/core/audit/audit-budget.ts";
import { applyAudit } from "../../../daemon/core/audit/audit-outcome.ts";
import type { UserId } from "../../../daemon/core/model/door-lock.ts";
import type { Effects, LockView } from "../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import type { SlotContent, SlotRecord } from "../../../daemon/core/model/slot.ts";
import type { SlotOutcome } from "../../../daemon/core/outcome/outcome-input.ts";
import { plan, type Step } from "../../../daemon/core/plan/plan.ts";
import { aCode, aLock, aPassword, aSlot, someCapabilities } from "../records.ts";

export const dayMs = 86_400_000;

export interface AuditedLockOptions {
  readonly pinUsers: number;
  /** Slots 1 … `codes` are passwords'. */
  readonly codes: number;
  readonly auditsPerDay: AuditsPerDay;
}

const occupied = (mark: string): SlotContent => ({
  kind: "occupied",
  mark,
  userStatus: "occupiedEnabled",
  userType: "unrestricted",
});

/** Plans the audits of one lock through virtual time, and keeps when which slot was read. */
export class AuditedLock {
  view: LockView;
  nowMs = 0;
  readonly reads: { readonly atMs: number; readonly userId: UserId }[] = [];
  /** What the lock holds beside the passwords' codes. */
  readonly strangers = new Map<UserId, string>();
  readonly #auditsPerDay: AuditsPerDay;
  #radioUpSinceMs = 0;

  constructor({ pinUsers, codes, auditsPerDay }: AuditedLockOptions) {
    this.#auditsPerDay = auditsPerDay;
    const capabilities = someCapabilities({ pinUsers, firstUserId: 1, lastUserId: pinUsers - 1 });
    const ids = Array.from({ length: codes }, (_, index) => index + 1);
    this.view = {
      lock: aLock({ capabilities, nextPasswordId: codes + 1 }),
      passwords: ids.map((id) => this.#password(id)),
      slots: new Map(ids.map((id) => [id, this.#slot(id)])),
    };
  }

  /** The daemon restarts: what was reported meanwhile is lost. */
  restart(): void {
    this.#radioUpSinceMs = this.nowMs;
  }

  /** Reads all that may be read until then. */
  runUntil(endMs: number): void {
    for (;;) {
      const step = this.step();
      if (step.kind === "idle") {
        if (step.wakeAtMs === null || step.wakeAtMs >= endMs) break;
        assert.ok(step.wakeAtMs > this.nowMs, "a wake lies ahead");
        this.nowMs = step.wakeAtMs;
      }
    }
    this.nowMs = endMs;
  }

  step(): Step {
    const step = plan({
      view: this.view,
      time: { nowMs: this.nowMs, state: "synced" },
      blockedUntilMs: null,
      auditsPerDay: this.#auditsPerDay,
      radioUpSinceMs: this.#radioUpSinceMs,
    });
    if (step.kind === "record") this.#apply(step.effects);
    if (step.kind === "perform") this.#audit(step);
    return step;
  }

  /** Reads of a slot, first to last. */
  readsOf(userId: UserId): readonly number[] {
    return this.reads.filter((read) => read.userId === userId).map(({ atMs }) => atMs);
  }

  /** The most reads within any 24 hours. */
  busiestDay(): number {
    let busiest = 0;
    let first = 0;
    for (const [index, { atMs }] of this.reads.entries()) {
      while (atMs - (this.reads[first]?.atMs ?? 0) >= dayMs) first += 1;
      busiest = Math.max(busiest, index - first + 1);
    }
    return busiest;
  }

  #audit(step: Extract<Step, { kind: "perform" }>): void {
    const { userId } = step.operation;
    assert.ok(step.audit !== undefined, "only audits are due");
    this.reads.push({ atMs: this.nowMs, userId });
    const holder = this.view.passwords.find(({ id }) => id === step.slot.holder) ?? null;
    this.#apply(
      applyAudit({
        lock: this.view.lock,
        slot: step.slot,
        holder,
        sent: { revision: holder?.revision ?? 0, mark: holder?.code?.mark ?? null },
        operation: step.operation,
        outcome: this.#shown(userId, holder),
        nowMs: this.nowMs,
        view: this.view,
        reason: step.audit,
        auditsPerDay: this.#auditsPerDay,
      }),
    );
  }

  /** Passwords' slots hold what is recorded. */
  #shown(userId: UserId, holder: PasswordRecord | null): SlotOutcome {
    const recorded = this.view.slots.get(userId)?.content;
    const mark = this.strangers.get(userId);
    const other = mark === undefined ? { kind: "empty" as const } : occupied(mark);
    const content = holder === null || recorded === undefined ? other : recorded;
    assert.ok(content.kind !== "unknown");
    return { kind: "read", content, code: null };
  }

  #apply({ lock, passwords, slots }: Effects): void {
    const next = new Map(this.view.slots);
    for (const slot of slots ?? []) next.set(slot.userId, slot);
    const known = new Map(this.view.passwords.map((password) => [password.id, password]));
    for (const password of passwords ?? []) known.set(password.id, password);
    this.view = { lock: lock ?? this.view.lock, passwords: [...known.values()], slots: next };
  }

  #password(id: number): PasswordRecord {
    return aPassword({ id, userId: id, operationStage: "done", code: aCode(`code ${id}`) });
  }

  #slot(userId: UserId): SlotRecord {
    return aSlot({
      userId,
      holder: userId,
      content: occupied(`code ${userId}`),
      confidence: "confirmed",
      appliedRevision: 1,
      attemptedRevision: 1,
      verifiedAtMs: 0,
    });
  }
}
