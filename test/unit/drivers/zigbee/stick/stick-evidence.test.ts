import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  evidenceAfter,
  isSuspect,
  noEvidence,
  ownAddress,
  type StickSign,
  type StickVerdict,
  verdictOf,
} from "../../../../../drivers/zigbee/stick/stick-evidence.ts";

const [front, back] = [0x1111, 0x2222];

function verdictAfter(...signs: readonly StickSign[]): StickVerdict {
  return verdictOf(signs.reduce(evidenceAfter, noEvidence));
}

function repeated(times: number, sign: StickSign): StickSign[] {
  return Array.from({ length: times }, () => sign);
}

describe("the verdict on the stick", () => {
  it("is against it after three frames without an answer, also of one lock alone", () => {
    assert.equal(verdictAfter(...repeated(2, { kind: "unanswered", peer: front })), "sound");
    assert.equal(verdictAfter(...repeated(3, { kind: "unanswered", peer: front })), "stuck");
  });

  it("is against it after three frames that it refused", () => {
    assert.equal(verdictAfter(...repeated(3, { kind: "refused", peer: front })), "stuck");
  });

  it("is against it after three frames over two locks that it never confirmed", () => {
    const signs: StickSign[] = [front, back, front].map((peer) => ({ kind: "unconfirmed", peer }));
    assert.equal(verdictAfter(...signs), "stuck");
  });

  it("waits for six frames of one lock alone that were never confirmed", () => {
    assert.equal(verdictAfter(...repeated(5, { kind: "unconfirmed", peer: front })), "sound");
    assert.equal(verdictAfter(...repeated(6, { kind: "unconfirmed", peer: front })), "stuck");
  });

  it("is against it when it has no buffers for two locks", () => {
    const signs: StickSign[] = [front, back, back].map((peer) => ({ kind: "exhausted", peer }));
    assert.equal(verdictAfter(...signs), "stuck");
  });

  it("is not against it while a lock is out of reach, however often", () => {
    assert.equal(verdictAfter(...repeated(50, { kind: "confirmed", peer: front })), "sound");
  });

  it("is cleared by a lock's frame that gets through", () => {
    const missed: StickSign = { kind: "unanswered", peer: front };
    assert.equal(verdictAfter(missed, missed, { kind: "confirmed", peer: back }, missed), "sound");
  });

  it("is cleared by a frame to the stick itself when one lock alone has failed", () => {
    const missed: StickSign = { kind: "exhausted", peer: front };
    const own: StickSign = { kind: "confirmed", peer: ownAddress };
    const signs = Array.from({ length: 10 }, () => [missed, own]).flat();
    assert.equal(verdictAfter(...signs), "sound");
  });

  it("is not cleared by a frame to the stick itself when several locks have failed", () => {
    const own: StickSign = { kind: "confirmed", peer: ownAddress };
    const signs: StickSign[] = [front, back].map((peer) => ({ kind: "unanswered", peer }));
    assert.equal(verdictAfter(...signs, own, { kind: "unanswered", peer: front }), "stuck");
  });

  it("distinguishes a silent stick from one that takes no frames", () => {
    assert.equal(verdictAfter(...repeated(3, { kind: "serviceUnanswered" })), "silent");
    const between: StickSign[] = [
      ...repeated(2, { kind: "serviceUnanswered" }),
      { kind: "serviceAnswered" },
      { kind: "serviceUnanswered" },
    ];
    assert.equal(verdictAfter(...between), "sound");
  });

  it("makes the stick suspect from the first failure on", () => {
    assert.equal(isSuspect(noEvidence), false);
    assert.equal(isSuspect(evidenceAfter(noEvidence, { kind: "unanswered", peer: front })), true);
  });
});
