import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delay } from "../../../../daemon/base/delay.ts";

const longMs = 60_000;

describe("a delay", () => {
  it("resolves with true once its time has passed", async () => {
    assert.equal(await delay(1), true);
  });

  it("resolves with false as soon as its signal aborts", async () => {
    const stop = new AbortController();
    const waiting = delay(longMs, stop.signal);
    stop.abort();
    assert.equal(await waiting, false);
  });

  it("resolves with false at once if its signal has aborted before", async () => {
    assert.equal(await delay(longMs, AbortSignal.abort()), false);
  });
});
