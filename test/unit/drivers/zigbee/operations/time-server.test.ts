import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ServedTime } from "../../../../../daemon/core/time/served-time.ts";
import { toZigbeeUtc } from "../../../../../daemon/core/time/zigbee-time.ts";
import { redacted } from "../../../../../drivers/zigbee/herdsman/herdsman-log.ts";
import {
  timeAttributes,
  timeRecords,
} from "../../../../../drivers/zigbee/operations/time-server.ts";

const summer: ServedTime = {
  unixSeconds: 1_782_900_000,
  isTrusted: true,
  zoneSeconds: 3_600,
  dst: { startUnixSeconds: 1_774_746_000, endUnixSeconds: 1_792_890_000, shiftSeconds: 3_600 },
};

function value(time: ServedTime, attributeId: number): number | undefined {
  return timeRecords([attributeId], time)[0]?.attrData;
}

describe("the time for locks", () => {
  it("is UTC, with the standard offset apart from daylight saving", () => {
    const utc = toZigbeeUtc(summer.unixSeconds * 1000);
    assert.equal(value(summer, timeAttributes.time), utc);
    assert.equal(value(summer, timeAttributes.timeZone), 3_600);
    assert.equal(value(summer, timeAttributes.standardTime), utc + 3_600);
    assert.equal(value(summer, timeAttributes.localTime), utc + 7_200);
    assert.equal(value(summer, timeAttributes.dstShift), 3_600);
  });

  it("has no daylight saving where there is none", () => {
    const shanghai = { ...summer, zoneSeconds: 28_800, dst: null };
    assert.equal(value(shanghai, timeAttributes.dstStart), 0xffffffff);
    const utc = toZigbeeUtc(summer.unixSeconds * 1000);
    assert.equal(value(shanghai, timeAttributes.localTime), utc + 28_800);
  });

  it("is refused while it is lost, and nobody poses as master", () => {
    const lost = { ...summer, isTrusted: false };
    const statuses = Object.values(timeAttributes).map((id) => timeRecords([id], lost)[0]?.status);
    assert.deepEqual(statuses, [1, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
    assert.equal(value(lost, timeAttributes.timeStatus), 0);
  });

  it("knows nothing of attributes that the cluster does not have", () => {
    assert.equal(timeRecords([0x4000], summer)[0]?.status, 0x86);
  });
});

describe("a line of herdsman's log", () => {
  it("is left out when it carries a payload or a key", () => {
    const lines = [
      'ZCL command 0x01/1 closuresDoorLock.setPinCode({"userid":1,"pincodevalue":[49,50]}) failed',
      'anything {"data": [49,50,51,52]}',
      "key 00112233445566778899aabbccddeeff",
      "bytes [1, 3, 5, 7, 9]",
    ];
    for (const line of lines) assert.match(redacted(line), /left out/);
  });

  it("is kept, but not for ever long, when it does not", () => {
    assert.equal(redacted("Serialport opened"), "Serialport opened");
    assert.ok(redacted("x ".repeat(5_000)).length < 500);
  });
});
