import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Fault,
  type RadioEvent,
  type RadioMachineState,
  radioTransition,
  stopped,
  waitMsFor,
} from "../../../../../drivers/zigbee/stick/radio-machine.ts";
import { noEvidence, type StickSign } from "../../../../../drivers/zigbee/stick/stick-evidence.ts";

const timing = { retryMinMs: 2_000, retryMaxMs: 60_000 };
const noTries = { faults: 0, failedStarts: 0 };
const missing: Fault = { cause: "stickMissing", detail: "There is no Zigbee stick." };

const opening: RadioMachineState = { kind: "opening", tries: noTries };
const working: RadioMachineState = { kind: "working", tries: noTries, evidence: noEvidence };
const closing: RadioMachineState = {
  kind: "closing",
  tries: { faults: 1, failedStarts: 0 },
  fault: missing,
};
const waiting: RadioMachineState = { kind: "waiting", tries: noTries, fault: missing };
const ending: RadioMachineState = { kind: "ending" };

const after = (state: RadioMachineState, event: RadioEvent) =>
  radioTransition(state, event, timing);
const sign = (one: StickSign): RadioEvent => ({ kind: "sign", sign: one });

/** The state after several events, from the first on. */
function through(state: RadioMachineState, ...events: readonly RadioEvent[]): RadioMachineState {
  return events.reduce((before, event) => after(before, event).state, state);
}

describe("the radio that is stopped", () => {
  it("opens a session when it is started", () => {
    assert.deepEqual(after(stopped, { kind: "start" }), {
      state: opening,
      actions: [{ do: "open" }],
    });
  });
});

describe("the radio that is opening", () => {
  it("works when the session is open, and forgets the starts that failed", () => {
    const tired: RadioMachineState = { kind: "opening", tries: { faults: 2, failedStarts: 5 } };
    assert.deepEqual(after(tired, { kind: "opened" }), {
      state: { kind: "working", tries: { faults: 2, failedStarts: 0 }, evidence: noEvidence },
      actions: [],
    });
  });

  it("waits after a start that failed", () => {
    assert.deepEqual(after(opening, { kind: "openFailed", fault: missing }), {
      state: { kind: "waiting", tries: { faults: 0, failedStarts: 1 }, fault: missing },
      actions: [{ do: "wait", waitMs: 2_000 }],
    });
  });

  it("ends the start when it is stopped", () => {
    assert.deepEqual(after(opening, { kind: "stop" }), {
      state: ending,
      actions: [{ do: "abortOpen" }],
    });
  });

  it("leaves a reset to the start, which fails with it", () => {
    assert.deepEqual(after(opening, { kind: "reset", reason: 1 }), { state: opening, actions: [] });
  });
});

describe("the radio that works", () => {
  const faults: readonly [RadioEvent, string][] = [
    [{ kind: "lineLost" }, "stickLost"],
    [{ kind: "reset", reason: 0 }, "stickReset"],
    [{ kind: "reset", reason: 1 }, "stickReset"],
    [{ kind: "reset", reason: 2 }, "stickReset"],
    [{ kind: "notRunning" }, "stickReset"],
  ];
  for (const [event, cause] of faults) {
    const which = event.kind === "reset" ? `reset with reason ${event.reason}` : event.kind;
    it(`closes the session without a word to the stick after ${which}`, () => {
      const { state, actions } = after(working, event);
      assert.ok(state.kind === "closing");
      assert.equal(state.fault.cause, cause);
      assert.deepEqual(state.tries, { faults: 1, failedStarts: 0 });
      assert.deepEqual(actions, [{ do: "close", isSilent: true }]);
    });
  }

  it("probes the stick at once when a lock's frame has failed", () => {
    const { state, actions } = after(working, sign({ kind: "unanswered", peer: 0x1234 }));
    assert.equal(state.kind, "working");
    assert.deepEqual(actions, [{ do: "probe" }]);
  });

  it("closes the session when frames to the locks get no answer from the stick", () => {
    const missed = [0x1111, 0x2222, 0x3333].map((peer) => sign({ kind: "unanswered", peer }));
    const state = through(working, ...missed);
    assert.ok(state.kind === "closing" && state.fault.cause === "stickStuck");
  });

  it("closes the session when the stick does not answer at all", () => {
    const missed = [1, 2, 3].map(() => sign({ kind: "serviceUnanswered" }));
    const state = through(working, ...missed);
    assert.ok(state.kind === "closing" && state.fault.cause === "stickLost");
  });

  it("keeps working when a frame gets through in between", () => {
    const missed = sign({ kind: "unanswered", peer: 0x1111 });
    const done = sign({ kind: "confirmed", peer: 0x2222 });
    assert.equal(through(working, missed, missed, done, missed, missed).kind, "working");
  });

  it("forgets its faults after a stretch of calm", () => {
    const tired: RadioMachineState = { ...working, tries: { faults: 4, failedStarts: 0 } };
    assert.deepEqual(after(tired, { kind: "calm" }), { state: working, actions: [] });
  });

  it("closes the session cleanly when it is stopped", () => {
    assert.deepEqual(after(working, { kind: "stop" }), {
      state: ending,
      actions: [{ do: "close", isSilent: false }],
    });
  });
});

describe("the radio that closes after a fault", () => {
  it("opens the next session without a wait after the first fault", () => {
    assert.deepEqual(after(closing, { kind: "closed" }), {
      state: { kind: "waiting", tries: { faults: 1, failedStarts: 0 }, fault: missing },
      actions: [{ do: "wait", waitMs: 0 }],
    });
  });

  it("takes a second reset for the same fault", () => {
    assert.deepEqual(after(closing, { kind: "reset", reason: 1 }), { state: closing, actions: [] });
  });

  it("ends with the close when it is stopped", () => {
    assert.deepEqual(after(closing, { kind: "stop" }), { state: ending, actions: [] });
    assert.deepEqual(after(ending, { kind: "closed" }), { state: stopped, actions: [] });
  });
});

describe("the radio that waits", () => {
  it("opens a session when the wait is over", () => {
    assert.deepEqual(after(waiting, { kind: "waited" }), {
      state: opening,
      actions: [{ do: "open" }],
    });
  });

  it("stops at once", () => {
    assert.deepEqual(after(waiting, { kind: "stop" }), {
      state: stopped,
      actions: [{ do: "endWait" }],
    });
  });
});

describe("the radio that ends", () => {
  it("has stopped when its start has failed", () => {
    const event: RadioEvent = { kind: "openFailed", fault: missing };
    assert.deepEqual(after(ending, event), { state: stopped, actions: [] });
  });

  it("closes a session that was opened all the same", () => {
    assert.deepEqual(after(ending, { kind: "opened" }), {
      state: ending,
      actions: [{ do: "close", isSilent: false }],
    });
  });
});

describe("the wait between two tries", () => {
  it("doubles with each fault after the first, up to the limit", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((faults) =>
      waitMsFor({ faults, failedStarts: 0 }, timing),
    );
    assert.deepEqual(waits, [0, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("doubles with each start that fails", () => {
    const waits = [1, 2, 3].map((failedStarts) => waitMsFor({ faults: 1, failedStarts }, timing));
    assert.deepEqual(waits, [2_000, 4_000, 8_000]);
  });
});

describe("the radio, whatever happens to it", () => {
  const peer = fc.constantFrom(0, 0x1111, 0x2222);
  const anySign: fc.Arbitrary<StickSign> = fc.oneof(
    fc.record({
      kind: fc.constantFrom("confirmed", "unanswered", "refused", "unconfirmed", "exhausted"),
      peer,
    }),
    fc.record({ kind: fc.constantFrom("serviceAnswered", "serviceUnanswered") }),
  );
  const anyEvent: fc.Arbitrary<RadioEvent> = fc.oneof(
    fc.record({
      kind: fc.constantFrom(
        "start",
        "opened",
        "lineLost",
        "notRunning",
        "calm",
        "closed",
        "waited",
      ),
    }),
    fc.record({ kind: fc.constant("reset" as const), reason: fc.nat(5) }),
    fc.record({ kind: fc.constant("openFailed" as const), fault: fc.constant(missing) }),
    fc.record({ kind: fc.constant("sign" as const), sign: anySign }),
  );

  it("never has two sessions, and never waits longer than the limit", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state = through(stopped, { kind: "start" });
        let sessions = 1;
        for (const event of events) {
          const isPossible =
            (event.kind === "opened" || event.kind === "openFailed") ===
              (state.kind === "opening") &&
            (event.kind === "closed") === (state.kind === "closing") &&
            (event.kind === "waited") === (state.kind === "waiting");
          if (!isPossible) continue;
          if (event.kind === "openFailed" || event.kind === "closed") sessions -= 1;
          const next = after(state, event);
          for (const action of next.actions) {
            if (action.do === "open") sessions += 1;
            if (action.do === "wait") assert.ok(action.waitMs <= timing.retryMaxMs);
          }
          state = next.state;
          assert.ok(sessions === 0 || sessions === 1);
          assert.equal(sessions === 0, state.kind === "waiting");
        }
      }),
    );
  });

  it("stops from any state with what is open closed first", () => {
    fc.assert(
      fc.property(fc.constantFrom(opening, working, closing, waiting), (state) => {
        const next = through(state, { kind: "stop" });
        assert.equal(next.kind, state.kind === "waiting" ? "stopped" : "ending");
      }),
    );
  });
});
