import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LockView } from "../../../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { SlotContent } from "../../../../../daemon/core/model/slot.ts";
import type { Window } from "../../../../../daemon/core/model/window.ts";
import { type CodePeriod, codePeriods } from "../../../../../daemon/core/plan/password-windows.ts";
import { isOpen } from "../../../../../daemon/core/time/window.ts";
import { aCode, aPassword, aSlot, aView } from "../../../../support/records.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The clocks of Berlin are put forward on 2027-03-28 and back on 2026-10-25, both at 01:00 UTC. */
const springMs = Date.UTC(2027, 2, 28);
const autumnMs = Date.UTC(2026, 9, 25);
const nowMs = Date.UTC(2026, 9, 1);

const enabled: SlotContent = {
  kind: "occupied",
  mark: aCode("123456").mark,
  userStatus: "occupiedEnabled",
  userType: "unrestricted",
};

function viewOf(password: PasswordRecord, content: SlotContent): LockView {
  const slot = aSlot({
    content,
    appliedRevision: 1,
    attemptedRevision: 1,
    confidence: "confirmed",
  });
  return aView({ passwords: [password], slots: [slot] });
}

function periodsOf(
  view: LockView,
  range: { readonly fromMs: number; readonly toMs: number },
  atMs = nowMs,
): readonly CodePeriod[] {
  const time = { nowMs: atMs, state: "synced" } as const;
  return codePeriods({ view, time, known: { timeZone: "Europe/Berlin" } }, range);
}

function spans(periods: readonly CodePeriod[]): readonly string[] {
  const hour = (ms: number) => (ms - nowMs) / hourMs;
  return periods.map(({ fromMs, toMs, state }) => `${hour(fromMs)}…${hour(toMs)} ${state}`);
}

const always: Window = { beginMs: null, endMs: null, weekly: null };
const aDay = { fromMs: nowMs - 12 * hourMs, toMs: nowMs + 12 * hourMs };

describe("the periods of a code in the future", () => {
  const someWindow: fc.Arbitrary<Window> = fc
    .tuple(
      fc.integer({ min: 1, max: 127 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 1, max: 1440 }),
      fc.constantFrom("Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "UTC"),
    )
    .filter(([, from, to]) => from !== to)
    .chain(([daysMask, startMinute, endMinute, timeZone]) =>
      fc.record({
        beginMs: fc.constantFrom(null, autumnMs - 90 * minuteMs, springMs + 61 * minuteMs),
        endMs: fc.constantFrom(null, springMs + 95 * minuteMs),
        weekly: fc.constantFrom(null, { daysMask, startMinute, endMinute, timeZone }),
      }),
    );

  it("are those of its window at every minute of a weekend on which the clocks change", () => {
    fc.assert(
      fc.property(someWindow, fc.constantFrom(autumnMs, springMs), (window, sundayMs) => {
        const range = { fromMs: sundayMs - dayMs, toMs: sundayMs + 2 * dayMs };
        const view = viewOf(aPassword({ window }), enabled);
        const periods = periodsOf(view, range);
        for (let atMs = range.fromMs; atMs < range.toMs; atMs += minuteMs) {
          const inside = periods.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
          assert.deepEqual(
            inside.map(({ state }) => state),
            isOpen(window, atMs) ? ["open"] : [],
            new Date(atMs).toISOString(),
          );
        }
      }),
      { numRuns: Number(process.env["LATCHD_PROPERTY_RUNS"] ?? 40) },
    );
  });

  it("wait while the lock has refused the code or gets no codes at all", () => {
    const window = { beginMs: nowMs + hourMs, endMs: nowMs + 3 * hourMs, weekly: null };
    const failed = { operationStage: "failed", failure: "full" } as const;
    const view = viewOf(aPassword({ window, ...failed }), { kind: "empty" });
    assert.deepEqual(spans(periodsOf(view, aDay)), ["1…3 waiting"]);
    const stored = codePeriods(
      {
        view: viewOf(aPassword({ window }), { kind: "empty" }),
        time: { nowMs, state: "synced" },
        known: { suspendedThroughMs: Number.MAX_SAFE_INTEGER },
      },
      aDay,
    );
    assert.deepEqual(spans(stored), ["1…3 waiting"]);
  });
});

describe("the periods of a code now", () => {
  const window = { beginMs: nowMs - hourMs, endMs: nowMs + hourMs, weekly: null };

  it("are open where the lock has the code, and waiting where it does not", () => {
    const password = aPassword({ window });
    assert.deepEqual(spans(periodsOf(viewOf(password, enabled), aDay)), ["-1…1 open"]);
    const disabled = { ...enabled, userStatus: "occupiedDisabled" } as const;
    for (const content of [{ kind: "empty" } as const, { kind: "unknown" } as const, disabled]) {
      assert.deepEqual(spans(periodsOf(viewOf(password, content), aDay)), ["-1…1 waiting"]);
    }
  });

  it("stay open where a code that was confirmed waits for its next read", () => {
    const view = viewOf(aPassword({ window, operationStage: "done" }), { kind: "unknown" });
    assert.deepEqual(spans(periodsOf(view, aDay)), ["-1…1 open"]);
  });

  it("wait where schedules of another window bind the code at the lock", () => {
    const bound = { ...enabled, userType: "yearDay" } as const;
    assert.deepEqual(spans(periodsOf(viewOf(aPassword({ window }), bound), aDay)), [
      "-1…1 waiting",
    ]);
  });

  it("begin with the password, or with the change that made it what it is", () => {
    const born = aPassword({ window: always, createdAtMs: nowMs - 6 * hourMs });
    assert.deepEqual(spans(periodsOf(viewOf(born, enabled), aDay)), ["-6…12 open"]);
    const changed = { ...born, operation: "update", changedAtMs: nowMs - 2 * hourMs } as const;
    assert.deepEqual(spans(periodsOf(viewOf(changed, enabled), aDay)), ["-2…12 open"]);
  });

  it("end with a freeze, a deletion and the only opening of a one-time password", () => {
    const changedAtMs = nowMs - 3 * hourMs;
    const ends = [
      { isFrozen: true, operation: "freeze", changedAtMs },
      { isDeleted: true, operation: "delete", changedAtMs },
      { isOneTime: true, consumedAtMs: changedAtMs },
    ] as const;
    for (const end of ends) {
      const view = viewOf(aPassword({ window: always, ...end }), { kind: "empty" });
      assert.deepEqual(spans(periodsOf(view, aDay)), ["-12…-3 open"], JSON.stringify(end));
    }
  });

  it("have begun or ended by now if the time is behind what was recorded", () => {
    const recordedAtMs = nowMs + hourMs;
    const made = aPassword({ window: always, createdAtMs: recordedAtMs });
    assert.deepEqual(spans(periodsOf(viewOf(made, enabled), aDay)), ["0…12 open"]);
    const frozen = { isFrozen: true, operation: "freeze", changedAtMs: recordedAtMs } as const;
    const view = viewOf(aPassword({ window: always, ...frozen }), { kind: "empty" });
    assert.deepEqual(spans(periodsOf(view, aDay)), ["-12…0 open"]);
  });

  it("overstay from the end of the window until the lock has cleared the code", () => {
    const over = aPassword({ window: { ...always, endMs: nowMs - 2 * hourMs } });
    assert.deepEqual(spans(periodsOf(viewOf(over, { kind: "empty" }), aDay)), ["-12…-2 open"]);
    const [open, overstay] = periodsOf(viewOf(over, enabled), aDay);
    assert.deepEqual(spans(open === undefined ? [] : [open]), ["-12…-2 open"]);
    assert.deepEqual(
      [overstay?.fromMs, overstay?.toMs, overstay?.state],
      [nowMs - 2 * hourMs, nowMs + 1000, "overstay"],
    );
  });

  it("overstay from the deletion of a code that the lock may still have", () => {
    const gone = { isDeleted: true, operation: "delete", changedAtMs: nowMs - hourMs } as const;
    const view = viewOf(aPassword({ window: always, ...gone }), { kind: "unknown" });
    const states = periodsOf(view, aDay).map(({ state, fromMs }) => [
      state,
      (fromMs - nowMs) / hourMs,
    ]);
    assert.deepEqual(states, [
      ["open", -12],
      ["overstay", -1],
    ]);
  });

  it("show the administrator's code all the time, whatever its window says", () => {
    const slot = aSlot({ content: enabled, holder: 999, attemptedRevision: 1 });
    const password = aPassword({ id: 999, window: { ...always, endMs: nowMs - dayMs } });
    const view = aView({ passwords: [password], slots: [slot] });
    assert.deepEqual(spans(periodsOf(view, aDay)), ["-12…12 open"]);
  });
});
