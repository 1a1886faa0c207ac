import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { PinCode } from "../../../daemon/core/model/secret.ts";
import { ZigbeeDriver } from "../../../drivers/zigbee/zigbee-driver.ts";
import { MinimalLock } from "../../support/radio/minimal-lock.ts";
import { MinimalStick } from "../../support/radio/minimal-stick.ts";
import { ListenerRecord, LogRecord } from "../../support/radio/zigbee-rig.ts";

/** This test takes half a minute, because two reads of the lock's attributes must time out. */
describe("a lock that is silent to all but its interview and its own commands", () => {
  const stick = new MinimalStick({ unknownCommands: "unanswered" });
  const lock = new MinimalLock();
  const listener = new ListenerRecord();
  let directory = "";
  let driver: ZigbeeDriver;

  before(async () => {
    lock.isPolite = false;
    directory = mkdtempSync(join(tmpdir(), "latchd-silent-"));
    driver = new ZigbeeDriver({
      stick: { path: `tcp://127.0.0.1:${await stick.open()}`, baudRateBps: 115_200, rtscts: false },
      directory,
      channel: 15,
      getTime: () => ({ unixSeconds: 0, isTrusted: false, zoneSeconds: 0, dst: null }),
      logger: new LogRecord(),
      quirks: [],
    });
    await driver.start(listener, []);
    await listener.radioBecomes("online");
  });

  after(async () => {
    await driver.stop();
    await stick.close();
    rmSync(directory, { recursive: true });
  });

  it("is paired and gets a code", async () => {
    await driver.permitJoin(60);
    stick.join(lock);
    const last = await listener.until("the end of pairing", () =>
      listener.steps.find(({ step }) => ["paired", "failed", "refused"].includes(step)),
    );
    assert.ok(last.step === "paired", JSON.stringify(last));
    const { firstUserId, endpoint } = last.description.capabilities;
    const pinCode = PinCode.parse("482913");
    assert.ok(pinCode !== null);
    const outcome = await driver.perform(
      last.device,
      {
        name: "setPinCode",
        userId: firstUserId,
        pinCode,
        userStatus: "occupiedEnabled",
        userType: "unrestricted",
      },
      { deadlineMs: 5_000, endpoint },
    );
    assert.equal(outcome.kind, "done");
    assert.equal(lock.codeOf(firstUserId), "482913");
  });
});
