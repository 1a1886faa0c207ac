import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  dataRequestOf,
  deviceStateOf,
  MtFrameReader,
  resetReasonOf,
} from "../../../../../drivers/zigbee/stick/mt-frame.ts";
import { mtFrame } from "../../../../support/radio/znp-client.ts";

/** SYS_RESET_IND after a watchdog reset. */
const reset = Buffer.from(mtFrame(0x41, 0x80, [2, 2, 1, 2, 7, 1]));

function reasonsIn(frames: ReturnType<MtFrameReader["push"]>): (number | null)[] {
  return frames.map(resetReasonOf);
}

describe("the reader of the stick's frames", () => {
  it("finds every frame, however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 250 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (payloads, cuts) => {
          const bytes = Buffer.concat(
            payloads.map((data) => Buffer.from(mtFrame(0x44, 0x81, [...data]))),
          );
          const reader = new MtFrameReader();
          const found: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const length = cuts[turn % cuts.length] ?? 1;
            found.push(...reader.push(bytes.subarray(at, at + length)).map(({ data }) => data));
            at += length;
          }
          assert.deepEqual(
            found,
            payloads.map((data) => Buffer.from(data)),
          );
        },
      ),
    );
  });

  it("finds a frame behind noise that looks like a damaged one", () => {
    const noise = Buffer.of(0xfe, 0x02, 0x44, 0x81, 0x00, 0xfe, 0x01, 0xfe);
    assert.deepEqual(reasonsIn(new MtFrameReader().push(Buffer.concat([noise, reset]))), [2]);
  });

  it("finds a frame that a false start of frame has swallowed, once the line is quiet", () => {
    const reader = new MtFrameReader();
    assert.deepEqual(reader.push(Buffer.of(0xfe, 0x40, 0x44)), []);
    assert.deepEqual(reader.push(reset), []);
    assert.deepEqual(reasonsIn(reader.expire()), [2]);
    assert.equal(reader.isMidFrame, false);
  });

  it("does not take a length that no frame has for the start of one", () => {
    const reader = new MtFrameReader();
    assert.deepEqual(reasonsIn(reader.push(Buffer.concat([Buffer.of(0xfe, 0xff), reset]))), [2]);
  });

  it("does not see a frame inside the data of another", () => {
    const message = Buffer.from(mtFrame(0x44, 0x81, [...reset]));
    assert.deepEqual(reasonsIn(new MtFrameReader().push(message)), [null]);
  });
});

describe("a frame of the stick", () => {
  const [only] = new MtFrameReader().push(
    Buffer.from(mtFrame(0x67, 0x00, [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 7, 9, 0])),
  );

  it("reads the state of the device", () => {
    assert.ok(only !== undefined);
    assert.equal(deviceStateOf(only), 9);
  });

  it("names a lock's address, the transaction and the ZCL sequence of a data request", () => {
    const plain = [0x34, 0x12, 1, 1, 0x01, 0x01, 77, 0, 30, 3, 0x11, 42, 0];
    const ofMaker = [0x34, 0x12, 1, 1, 0x01, 0x01, 78, 0, 30, 5, 0x15, 0x5d, 0x10, 43, 0];
    const frame = (data: readonly number[]) => ({
      type: 1,
      subsystem: 4,
      command: 1,
      data: Buffer.from(data),
    });
    assert.deepEqual(dataRequestOf(frame(plain)), { peer: 0x1234, transaction: 77, sequence: 42 });
    assert.deepEqual(dataRequestOf(frame(ofMaker)), {
      peer: 0x1234,
      transaction: 78,
      sequence: 43,
    });
    assert.equal(dataRequestOf({ ...frame(plain), command: 2 }), null);
  });
});
