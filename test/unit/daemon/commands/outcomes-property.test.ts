import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { timestampOf } from "../../../../daemon/core/model/clock.ts";
import type { LockView } from "../../../../daemon/core/model/lock.ts";
import { administratorId, type PasswordOperation } from "../../../../daemon/core/model/password.ts";
import { applyOutcome } from "../../../../daemon/core/outcome/outcome.ts";
import type { SlotOutcome } from "../../../../daemon/core/outcome/outcome-input.ts";
import { operationNumbers } from "../../../../daemon/core/outcome/password-event.ts";
import { plan, type Step } from "../../../../daemon/core/plan/plan.ts";
import { writeAheadMark } from "../../../../daemon/core/plan/write-ahead-mark.ts";
import { transactionOf } from "../../../../daemon/locks/effects.ts";
import { viewOf } from "../../../../daemon/locks/lock-ports.ts";
import { PaperLock } from "../../../support/radio/paper-lock.ts";
import { aLockId, someCapabilities } from "../../../support/records.ts";
import { CommandDesk } from "../../../support/rigs/command-desk.ts";

const minuteMs = 60_000;

type Luck = "ok" | "refused" | "lostBefore" | "lostAfter";

const seconds = fc.constantFrom(0, 1_800_000_030, 1_800_000_090, 1_800_000_600);
const id = fc.constantFrom(1, 2, 3);
const code = fc.constantFrom("000001", "000002", "000003", "000004");

const wishes = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      command: fc.constant("add_password"),
      params: fc.record({ password: code, permission_begin: seconds, permission_end: seconds }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      command: fc.constant("update_password"),
      params: fc.record(
        {
          password_id: id,
          password: code,
          name: fc.constantFrom("x", "y"),
          permission: fc.record({ begin: seconds, end: seconds }, { requiredKeys: [] }),
        },
        { requiredKeys: ["password_id"] },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      command: fc.constantFrom("delete_password", "frozen_password", "unfrozen_password"),
      params: fc.record({ password_id: id }),
    }),
  },
);
const steps = fc.record({
  work: fc.array(
    fc.constantFrom<Luck>("ok", "ok", "ok", "ok", "refused", "lostBefore", "lostAfter"),
    { maxLength: 6 },
  ),
  laterMs: fc.constantFrom(0, 0, 1_000, 40_000, 10 * minuteMs),
});
const story = fc.array(fc.tuple(wishes, steps), { maxLength: 14 });

const operationOf: Readonly<Record<string, PasswordOperation>> = {
  add_password: "add",
  update_password: "update",
  delete_password: "delete",
  frozen_password: "freeze",
  unfrozen_password: "unfreeze",
};

/** The real commands and the real store over the planner and a lock of paper. */
class Story {
  readonly #desk: CommandDesk;
  readonly #lock = new PaperLock();
  /** Commands that were accepted, by password. */
  readonly accepted = new Map<number, number[]>();

  constructor(desk: CommandDesk) {
    this.#desk = desk;
  }

  async say(command: string, params: Readonly<Record<string, unknown>>): Promise<void> {
    const reply = await this.#desk.ask(command, params);
    if (reply.ErrNo !== 0) return;
    const password = Number(params["password_id"] ?? reply["id"]);
    const operation = operationOf[command];
    assert.ok(operation !== undefined);
    const numbers = this.accepted.get(password) ?? [];
    this.accepted.set(password, [...numbers, operationNumbers[operation]]);
  }

  /** Works until there is nothing to do; waits too. */
  async settle(): Promise<void> {
    for (let count = 0; count < 400; count += 1) if (!(await this.step("ok", true))) return;
    assert.fail("it does not come to rest");
  }

  /** @returns whether anything was done. */
  async step(luck: Luck, mayWait = false): Promise<boolean> {
    const view = this.#view();
    const time = { ...this.#desk.time };
    const step = plan({ view, time, blockedUntilMs: null });
    switch (step.kind) {
      case "idle":
        if (!mayWait || step.wakeAtMs === null) return false;
        this.#desk.time.nowMs = Math.max(time.nowMs, step.wakeAtMs);
        return true;
      case "record":
        await this.#commit(step.effects);
        return true;
      case "perform":
        await this.#perform(view, step, luck);
        return true;
      default:
        return assert.fail("a lock without schedules and clock is told neither");
    }
  }

  /** Numbers of operations whose one outcome was told, by password. */
  async reported(): Promise<Map<number, number[]>> {
    const reported = new Map<number, number[]>();
    for (const { entry } of await this.#desk.journal()) {
      if (entry.kind !== "event" || entry.event !== "pwdOperation") continue;
      if (entry.detail?.["correction"] === 1) continue;
      const password = Number(entry.detail?.["password_id"]);
      reported.set(password, [
        ...(reported.get(password) ?? []),
        Number(entry.detail?.["operation"]),
      ]);
    }
    return reported;
  }

  #view(): LockView {
    const view = viewOf(this.#desk.store, aLockId);
    assert.ok(view !== null);
    return view;
  }

  async #perform(view: LockView, step: Extract<Step, { kind: "perform" }>, luck: Luck) {
    const { slot, operation } = step;
    const holder = view.passwords.find((password) => password.id === slot.holder) ?? null;
    const mark = holder?.code?.mark ?? null;
    const sent = { revision: holder?.revision ?? 0, mark };
    const marked = writeAheadMark(slot, operation, sent, view.lock.pairedAtMs);
    if (marked !== null) await this.#commit({ slots: [marked] });
    const answer: SlotOutcome =
      luck === "refused"
        ? { kind: "refused", status: "failure" }
        : luck === "lostBefore"
          ? { kind: "unreachable", wasSent: true }
          : this.#lock.perform(operation, mark);
    await this.#commit(
      applyOutcome({
        lock: view.lock,
        slot: this.#view().slots.get(slot.userId) ?? slot,
        holder,
        sent: { revision: holder?.revision ?? 0, mark },
        operation,
        outcome: luck === "lostAfter" ? { kind: "unreachable", wasSent: true } : answer,
        nowMs: this.#desk.time.nowMs,
      }),
    );
  }

  async #commit(effects: Parameters<typeof transactionOf>[1]): Promise<void> {
    const transaction = transactionOf(aLockId, effects);
    if (transaction === null) return;
    await this.#desk.store.commit(transaction, timestampOf(this.#desk.time));
  }
}

describe("whatever is commanded, and whatever the lock makes of it", () => {
  it("each command that was accepted has exactly one outcome", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (chapters) => {
        const desk = await CommandDesk.open({ capabilities: someCapabilities({ lastUserId: 4 }) });
        try {
          const reported = new Story(desk);
          await reported.say("add_password", { is_default: 1, password: "999111" });
          for (const [{ command, params }, { work, laterMs }] of chapters) {
            await reported.say(command, params);
            for (const luck of work) await reported.step(luck);
            desk.time.nowMs += laterMs;
          }
          await reported.settle();
          const outcomes = await reported.reported();
          for (const [password, numbers] of reported.accepted) {
            const ended = outcomes.get(password) ?? [];
            assert.deepEqual(ended.toSorted(), numbers.toSorted(), `of password ${password}`);
          }
          assert.equal(outcomes.get(administratorId)?.length, 1);
        } finally {
          await desk.close();
        }
      }),
      { numRuns: Number(process.env["LATCHD_PROPERTY_RUNS"] ?? 120), includeErrorInReport: true },
    );
  });
});
