import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ZigbeeDriver } from "../../../../../drivers/zigbee/zigbee-driver.ts";
import { MinimalLock } from "../../../../support/radio/minimal-lock.ts";
import { MinimalStick } from "../../../../support/radio/minimal-stick.ts";
import { ListenerRecord, LogRecord } from "../../../../support/radio/zigbee-rig.ts";

describe("the driver on a stick that leaves unanswered what it does not know", () => {
  const stick = new MinimalStick({ unknownCommands: "unanswered" });
  const lock = new MinimalLock();
  const listener = new ListenerRecord();
  const log = new LogRecord();
  let directory = "";
  let driver: ZigbeeDriver;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "latchd-minimal-"));
    driver = new ZigbeeDriver({
      stick: { path: `tcp://127.0.0.1:${await stick.open()}`, baudRateBps: 115_200, rtscts: false },
      directory,
      channel: 15,
      getTime: () => ({ unixSeconds: 0, isTrusted: false, zoneSeconds: 0, dst: null }),
      logger: log,
      quirks: [],
      timing: { retryMinMs: 50, retryMaxMs: 200, probeEveryMs: 20, probeTimeoutMs: 10_000 },
    });
    await driver.start(listener, []);
    await listener.radioBecomes("online");
  });

  after(async () => {
    await driver.stop();
    await stick.close();
    rmSync(directory, { recursive: true });
  });

  /** Waits until the stick has heard so many more requests. */
  async function probed(times: number): Promise<void> {
    const wanted = stick.requests + times;
    const deadlineMs = performance.now() + 30_000;
    while (stick.requests < wanted) {
      assert.ok(performance.now() < deadlineMs, "the stick was not asked any more");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it("asks for nothing that the stick does not know, from the start to a paired lock", async () => {
    await driver.permitJoin(60);
    stick.join(lock);
    await listener.until("a paired lock", () =>
      listener.steps.find(({ step }) => step === "paired"),
    );
    await probed(5);
    assert.deepEqual(stick.unknown, []);
    assert.equal(driver.radioState().kind, "online");
  });

  it("is opened again when it refuses what it has taken before", async () => {
    const seen = listener.radioStates.length;
    stick.refusal = "status";
    const offline = await listener.radioBecomes("offline", seen);
    assert.ok(offline.kind === "offline" && offline.cause === "stickStuck");
    stick.refusal = "none";
    await listener.radioBecomes("online", seen);
  });

  // Herdsman cannot read this error and asks nothing more for 6 s.
  it("takes the error for an unknown command for life", async () => {
    const seen = listener.radioStates.length;
    stick.refusal = "rpcError";
    await probed(1);
    stick.refusal = "none";
    await probed(1);
    assert.equal(listener.radioStates.length, seen);
    assert.doesNotMatch(log.text, /silent/);
  });
});
