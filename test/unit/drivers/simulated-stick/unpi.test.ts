import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  encodeFrame,
  type MtFrame,
  UnpiParser,
} from "../../../../drivers/simulated/stick/mt/unpi.ts";
import { mtFrame } from "../../../support/radio/znp-client.ts";

const ping: MtFrame = { type: "request", subsystem: 1, command: 1, data: new Uint8Array(0) };

const anyFrame = fc.record(
  {
    type: fc.constantFrom<MtFrame["type"]>("poll", "request", "notification", "response"),
    subsystem: fc.integer({ min: 0, max: 31 }),
    command: fc.integer({ min: 0, max: 255 }),
    data: fc.uint8Array({ maxLength: 250 }),
  },
  { noNullPrototype: true },
);

/** Cuts bytes at the given places, as a line may. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  let start = 0;
  return cuts
    .sort((left, right) => left - right)
    .map((end) => {
      const piece = bytes.subarray(start, end);
      start = end;
      return piece;
    });
}

/** Whether a frame with a right checksum seems to begin inside the first `length` bytes. */
function hasAccidentalFrame(bytes: Uint8Array, length: number): boolean {
  for (let start = 0; start < length; start++) {
    const size = (bytes[start + 1] ?? 255) + 5;
    if (bytes[start] !== 0xfe || size > 255) continue;
    const checked = bytes.subarray(start + 1, start + size);
    const isWhole = checked.length === size - 1;
    if (isWhole && checked.reduce((sum, byte) => sum ^ byte, 0) === 0) return true;
  }
  return false;
}

describe("UNPI framing", () => {
  it("writes SOF, length, command and checksum", () => {
    assert.deepEqual(encodeFrame(ping), Uint8Array.of(0xfe, 0, 0x21, 0x01, 0x20));
    assert.deepEqual(encodeFrame(ping), mtFrame(0x21, 0x01));
  });

  it("reads back any frames however the line cuts them", () => {
    const places = fc.array(fc.nat(), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 4 }), places, (frames, cuts) => {
        const bytes = Uint8Array.from(frames.flatMap((frame) => [...encodeFrame(frame)]));
        const parser = new UnpiParser();
        assert.deepEqual(
          cut(bytes, cuts).flatMap((piece) => parser.push(piece)),
          frames,
        );
        assert.equal(parser.isMidFrame, false);
      }),
    );
  });

  it("reads frames one byte at a time", () => {
    const parser = new UnpiParser();
    const bytes = [...mtFrame(0x21, 0x01), ...mtFrame(0x21, 0x02)];
    const frames = bytes.flatMap((byte) => parser.push(Uint8Array.of(byte)));
    assert.deepEqual(
      frames.map(({ command }) => command),
      [1, 2],
    );
  });

  it("never loses a frame that follows noise", () => {
    const noise = fc.array(fc.oneof(fc.constant(0xfe), fc.nat(255)), { maxLength: 40 });
    const places = fc.array(fc.nat(), { maxLength: 4 });
    fc.assert(
      fc.property(noise, anyFrame, places, (garbage, frame, cuts) => {
        const bytes = Uint8Array.from([...garbage, ...encodeFrame(frame)]);
        fc.pre(!hasAccidentalFrame(bytes, garbage.length));
        const parser = new UnpiParser();
        const found = cut(bytes, cuts).flatMap((piece) => parser.push(piece));
        assert.deepEqual([...found, ...parser.expire()][0], frame);
      }),
    );
  });

  it("finds the next frame inside the bytes of a damaged one", () => {
    const parser = new UnpiParser();
    const damaged = [0xfe, 0x05, 0x21, 0x01];
    assert.deepEqual(parser.push(Uint8Array.of(...damaged, ...mtFrame(0x21, 0x01), 0x55)), [ping]);
  });

  it("ignores the byte that wakes a boot loader", () => {
    const parser = new UnpiParser();
    assert.deepEqual(parser.push(Uint8Array.of(0xef, ...mtFrame(0x21, 0x01))), [ping]);
  });

  it("holds no more than one frame of noise", () => {
    const parser = new UnpiParser();
    assert.deepEqual(parser.push(new Uint8Array(10_000).fill(0xef)), []);
    assert.equal(parser.isMidFrame, false);
  });
});
