import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FoldedFrames } from "../../../../../drivers/zigbee/intake/fold-count.ts";
import { intakeLimits, LineIntake } from "../../../../../drivers/zigbee/intake/line-intake.ts";
import { MtFrameReader, type ReceivedFrame } from "../../../../../drivers/zigbee/stick/mt-frame.ts";
import { mtFrame, u16 } from "../../../../support/radio/znp-client.ts";
import {
  incomingFrame,
  incomingMessage,
  openingMessage,
} from "../../../../support/wire/door-frames.ts";

const peer = 0x1111;
const { framesPerTurn, framesPerLock, unstoredFrames, frames: frameLimit } = intakeLimits;
/** SRSP of AF_DATA_REQUEST. */
const answer = mtFrame(0x64, 0x01, [0]);

/** An intake whose turns and whose disk move when the test says so. */
class Room {
  readonly passed: ReceivedFrame[] = [];
  readonly folded: (FoldedFrames & { readonly peer: number })[] = [];
  #turns: (() => void)[] = [];
  #writes: (() => void)[] = [];
  readonly #reader = new MtFrameReader();
  readonly intake = new LineIntake({
    pass: (frame) => this.passed.push(frame),
    stored: () => new Promise((resolve) => this.#writes.push(resolve)),
    folded: (from, frames) => this.folded.push({ ...frames, peer: from }),
    defer: (run) => this.#turns.push(run),
  });
  /** Whether the line is read on. */
  isRead = false;

  /** One chunk from the line. */
  receive(...frames: readonly Uint8Array[]): void {
    this.isRead = false;
    this.intake.push(this.#reader.push(Buffer.concat(frames)), () => {
      this.isRead = true;
    });
  }

  turn(): void {
    for (const run of this.#turns.splice(0)) run();
  }

  async store(): Promise<void> {
    for (const end of this.#writes.splice(0)) end();
    await new Promise(setImmediate);
  }

  async drain(): Promise<void> {
    while (this.#turns.length + this.#writes.length > 0) {
      this.turn();
      await this.store();
    }
  }

  get openings(): number {
    return this.passed.filter(({ bytes }) => bytes[2] === 0x44).length;
  }

  get counted(): number {
    return this.folded
      .flatMap(({ operations }) => operations)
      .reduce((n, { count }) => n + count, 0);
  }
}

const openings = (count: number, { from = peer, userId = 1 } = {}) =>
  Array.from({ length: count }, (_, number) => incomingFrame(openingMessage(from, userId, number)));

describe("the intake of the line", () => {
  it("passes a frame on at once while nothing waits", () => {
    const room = new Room();
    room.receive(...openings(1));
    assert.deepEqual([room.openings, room.isRead], [1, true]);
  });

  it("passes on no more frames of one chunk in a turn than its limit", () => {
    const room = new Room();
    room.receive(...openings(2_000));
    assert.equal(room.passed.length, framesPerTurn);
    room.turn();
    assert.equal(room.passed.length, 2 * framesPerTurn);
  });

  it("passes an answer on at once if 2,000 openings before it wait for the disk", () => {
    const room = new Room();
    room.receive(...openings(2_000), answer);
    assert.deepEqual([...(room.passed[0]?.bytes ?? [])], [...answer]);
    for (let turn = 0; turn < 100; turn += 1) room.turn();
    assert.equal(room.openings, unstoredFrames);
    room.receive(answer);
    assert.deepEqual([...(room.passed.at(-1)?.bytes ?? [])], [...answer]);
  });

  it("passes each of 2,000 openings on or counts it by its code", async () => {
    const room = new Room();
    room.receive(...openings(2_000));
    await room.drain();
    assert.equal(room.openings + room.counted, 2_000);
    assert.ok(room.openings >= framesPerLock, String(room.openings));
    assert.ok(
      room.folded.every(({ operations }) => operations.every(({ code }) => code === "unlock")),
    );
  });

  it("passes at least one opening of each user on", async () => {
    const room = new Room();
    const users = Array.from({ length: 200 }, (_, index) => 1 + index);
    room.receive(...users.flatMap((userId) => openings(10, { userId })));
    await room.drain();
    // After the fixed fields and the head of the ZCL frame: source, code, user.
    const seen = new Set(room.passed.map(({ data }) => data.readUInt16LE(17 + 5)));
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      users,
    );
    assert.equal(room.openings + room.counted, 2_000);
  });

  it("does not count a repetition of a frame that was folded", async () => {
    const room = new Room();
    const sent = openings(1_000);
    room.receive(...sent.flatMap((frame) => [frame, frame]));
    await room.drain();
    assert.ok(room.counted > 0);
    const passed = new Set(room.passed.map(({ data }) => data.toString("latin1")));
    assert.equal(passed.size + room.counted, 1_000);
  });

  it("passes every opening of a burst on that leaves room for other locks", async () => {
    const room = new Room();
    room.receive(...openings(600));
    await room.drain();
    assert.deepEqual([room.openings, room.counted], [600, 0]);
  });

  it("passes on one frame of each lock in turn, in the sequence of that lock", async () => {
    const room = new Room();
    room.receive(...openings(20, { from: 1 }), ...openings(2, { from: 2, userId: 7 }));
    await room.drain();
    const peers = room.passed.map(({ data }) => data.readUInt16LE(4));
    assert.deepEqual(peers.slice(0, 5), [1, 2, 1, 2, 1]);
    const numbers = room.passed
      .filter(({ data }) => data.readUInt16LE(4) === 1)
      .map(({ data }) => data.readUInt8(17 + 1));
    assert.deepEqual(
      numbers,
      Array.from({ length: 20 }, (_, number) => number),
    );
  });

  it("passes the newest state of a lock on last", async () => {
    const room = new Room();
    // LockState, and the number of the frame as another attribute.
    const report = (number: number) => {
      const state = [0, 0, 0x30, 1 + (number & 1)];
      const other = [0x50, 0, 0x21, ...u16(number)];
      return incomingFrame(incomingMessage(peer, 0x0101, [0x18, 7, 0x0a, ...state, ...other]));
    };
    room.receive(...Array.from({ length: 2_001 }, (_, number) => report(number)));
    await room.drain();
    assert.equal(room.passed.at(-1)?.data.readUInt16LE(17 + 10), 2_000);
    assert.ok(room.passed.length < 2_001);
  });

  it("does not fold an alarm or a programming", async () => {
    const room = new Room();
    const alarm = (number: number) =>
      incomingFrame(incomingMessage(peer, 9, [9, number, 0, 4, 1, 1]));
    const programming = (number: number) =>
      incomingFrame(incomingMessage(peer, 0x0101, [9, number, 0x21, 1, 2, 5, 0, 0]));
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    room.receive(...numbers.flatMap((number) => [alarm(number), programming(number)]));
    await room.drain();
    assert.equal(room.passed.length, 200);
  });

  it("reads the line on only when there is room, and holds no more than its limit and one chunk", async () => {
    const room = new Room();
    const users = Array.from({ length: frameLimit + 100 }, (_, index) => 1 + index);
    room.receive(...users.flatMap((userId) => openings(1, { userId })));
    assert.equal(room.isRead, false);
    await room.drain();
    assert.equal(room.isRead, true);
    assert.equal(room.openings, users.length);
  });

  it("passes waiting answers on when the session ends, and what comes after it at once", () => {
    const room = new Room();
    room.receive(...Array.from({ length: 100 }, () => answer));
    room.intake.end();
    assert.deepEqual([room.passed.length, room.isRead], [100, true]);
    room.receive(answer);
    assert.equal(room.passed.length, 101);
  });
});
