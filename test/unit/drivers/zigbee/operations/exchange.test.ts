import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseZclFrame, type ZclFrame } from "../../../../../drivers/zigbee/frames/zcl-frame.ts";
import { Exchanger } from "../../../../../drivers/zigbee/operations/exchange.ts";
import { Gate } from "../../../../support/within.ts";

const setPinCode = 0x05;
const operationEvent = 0x20;

function frame(sequence: number, commandId = setPinCode): ZclFrame {
  const parsed = parseZclFrame(Uint8Array.of(0x09, sequence, commandId, 0x00));
  assert.ok(parsed !== null);
  return parsed;
}

/** Herdsman's errors are known by their class name and code. */
class DataConfirmError extends Error {
  readonly code: number;
  constructor(code: number) {
    super("Data request failed");
    this.code = code;
  }
}

const never = new Promise<never>(() => {});
const isAnswer = ({ commandId }: ZclFrame) => commandId === setPinCode;
const patient = { deadlineMs: 60_000 };

describe("an exchange", () => {
  it("ends with the frame that has its number, from its peer", async () => {
    const exchanger = new Exchanger(() => 7);
    const result = exchanger.exchange({ peer: "a", isAnswer, send: () => never }, patient);
    assert.equal(exchanger.offer("a", frame(8)), false);
    assert.equal(exchanger.offer("b", frame(7)), false);
    assert.equal(exchanger.offer("a", frame(7)), true);
    assert.equal((await result).kind, "frame");
    assert.equal(exchanger.offer("a", frame(7)), false);
  });

  it("leaves alone an event of the lock that happens to bear its number", async () => {
    const exchanger = new Exchanger(() => 7);
    const result = exchanger.exchange({ peer: "a", isAnswer, send: () => never }, patient);
    assert.equal(exchanger.offer("a", frame(7, operationEvent)), false);
    assert.equal(exchanger.offer("a", frame(7)), true);
    const ended = await result;
    assert.ok(ended.kind === "frame");
    assert.equal(ended.frame.commandId, setPinCode);
  });

  it("ends at its deadline when nothing comes, and tells whether the frame went out", async () => {
    const exchanger = new Exchanger(() => 1);
    const sent = await exchanger.exchange(
      {
        peer: "a",
        isAnswer,
        send: (_sequence, gate) => {
          gate();
          return never;
        },
      },
      { deadlineMs: 5 },
    );
    assert.deepEqual(sent, { kind: "unreachable", cause: "timeout", wasSent: true });
    const queued = await exchanger.exchange(
      { peer: "a", isAnswer, send: () => never },
      { deadlineMs: 5 },
    );
    assert.deepEqual(queued, { kind: "unreachable", cause: "timeout", wasSent: false });
  });

  it("lets no frame out after its end", async () => {
    const exchanger = new Exchanger(() => 1);
    let late = (): void => assert.fail("the gate was not handed over");
    const request = {
      peer: "a",
      isAnswer,
      send: (_sequence: number, gate: () => void) => {
        late = gate;
        return never;
      },
    };
    await exchanger.exchange(request, { deadlineMs: 1 });
    assert.throws(() => late(), { name: "FrameWithdrawnError" });
  });

  it("names the cause by the class and code of the error", async () => {
    const exchanger = new Exchanger(() => 1);
    const causes: string[] = [];
    for (const error of [0xf0, 0xcd, 0xe9, 0xe1].map((code) => new DataConfirmError(code))) {
      const result = await exchanger.exchange(
        { peer: "a", isAnswer, send: () => Promise.reject(error) },
        patient,
      );
      assert.ok(result.kind === "unreachable");
      causes.push(result.cause);
    }
    assert.deepEqual(causes, ["asleep", "noRoute", "noRoute", "timeout"]);
  });

  for (const [blame, expected] of [
    ["lock", { kind: "unreachable", cause: "timeout", wasSent: true }],
    ["stick", { kind: "unreachable", cause: "stickOffline", wasSent: true }],
    ["stickRefused", { kind: "unreachable", cause: "stickOffline", wasSent: false }],
  ] as const) {
    it(`blames a frame without an answer on the ${blame}`, async () => {
      const fates = { expect: () => undefined, blameFor: () => blame };
      const exchanger = new Exchanger(
        () => 1,
        () => fates,
      );
      const send = (_sequence: number, gate: () => void) => {
        gate();
        return Promise.reject(new Error("SRSP - AF - dataRequest after 6000ms"));
      };
      assert.deepEqual(await exchanger.exchange({ peer: "a", isAnswer, send }, patient), expected);
    });
  }

  it("ends at once when the caller aborts it", async () => {
    const exchanger = new Exchanger(() => 1);
    const caller = new AbortController();
    const result = exchanger.exchange(
      { peer: "a", isAnswer, send: () => never },
      { ...patient, signal: caller.signal },
    );
    caller.abort();
    assert.deepEqual(await result, { kind: "unreachable", cause: "aborted", wasSent: false });
  });

  it("waits until herdsman has finished the request before it, and gets what is left of its time", async () => {
    const exchanger = new Exchanger(() => 1);
    const first = new Gate();
    const timeouts: number[] = [];
    const send = (reply: Promise<unknown>) => ({
      peer: "a/1/257",
      isAnswer,
      send: (_sequence: number, _gate: () => void, timeoutMs: number) => {
        timeouts.push(timeoutMs);
        return reply;
      },
    });
    // The caller has its outcome at once; herdsman goes on with the request.
    const caller = new AbortController();
    const aborted = exchanger.exchange(send(first.opened), { ...patient, signal: caller.signal });
    caller.abort();
    await aborted;
    const second = exchanger.exchange(send(Promise.resolve("second")), { deadlineMs: 10_000 });
    const elsewhere = exchanger.exchange(
      { ...send(Promise.resolve("elsewhere")), peer: "b/1/257" },
      patient,
    );
    assert.deepEqual(await elsewhere, { kind: "settled", answer: "elsewhere" });
    assert.equal(timeouts.length, 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    first.open();
    assert.deepEqual(await second, { kind: "settled", answer: "second" });
    const [, , left = 0] = timeouts;
    assert.ok(left <= 9_982, `herdsman got ${left} ms`);
  });

  it("does not wait for a request of a session that is over", async () => {
    const exchanger = new Exchanger(() => 1);
    const request = { peer: "a/1/257", isAnswer, send: () => never };
    const before = exchanger.exchange(request, patient);
    exchanger.endAll("stickOffline");
    await before;
    const send = () => Promise.resolve("answer");
    const result = await exchanger.exchange({ ...request, send }, patient);
    assert.deepEqual(result, { kind: "settled", answer: "answer" });
  });

  it("ends with all others when the stick goes", async () => {
    let sequence = 0;
    const exchanger = new Exchanger(() => sequence++);
    const results = [1, 2, 3].map(() =>
      exchanger.exchange({ peer: "a", isAnswer, send: () => never }, patient),
    );
    exchanger.endAll("stickOffline");
    for (const result of await Promise.all(results)) {
      assert.deepEqual(result, { kind: "unreachable", cause: "stickOffline", wasSent: false });
    }
  });
});
