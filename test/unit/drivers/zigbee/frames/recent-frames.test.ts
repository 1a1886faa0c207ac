import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RecentFrames } from "../../../../../drivers/zigbee/frames/recent-frames.ts";
import { bytes } from "./frame-room.ts";

describe("repeated frames", () => {
  it("are known again for ten seconds", () => {
    let nowMs = 0;
    const recent = new RecentFrames(() => nowMs);
    const frame = bytes("09 07 20 00 02 05 00");
    assert.equal(recent.isRepeated("a", frame), false);
    nowMs = 9_999;
    assert.equal(recent.isRepeated("a", frame), true);
    assert.equal(recent.isRepeated("b", frame), false);
    nowMs = 10_000;
    assert.equal(recent.isRepeated("a", frame), false);
  });

  it("count as other frames with another sequence number", () => {
    const recent = new RecentFrames(() => 0);
    assert.equal(recent.isRepeated("a", bytes("09 07 20 00 02 05 00")), false);
    assert.equal(recent.isRepeated("a", bytes("09 08 20 00 02 05 00")), false);
  });

  it("are forgotten, oldest first, when there are too many", () => {
    const recent = new RecentFrames(() => 0);
    const frame = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff);
    for (let n = 0; n < 600; n++) recent.isRepeated("a", frame(n));
    assert.equal(recent.isRepeated("a", frame(599)), true);
    assert.equal(recent.isRepeated("a", frame(0)), false);
  });
});
