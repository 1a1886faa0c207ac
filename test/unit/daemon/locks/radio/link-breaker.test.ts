import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LinkBreaker } from "../../../../../daemon/locks/radio/link-breaker.ts";

/** An operation that does not reach the lock. */
function miss(link: LinkBreaker): void {
  link.began();
  link.missed();
  link.ended();
}

describe("LinkBreaker", () => {
  it("waits longer after each miss, and stops waiting with a frame of the lock", () => {
    let nowMs = 0;
    const link = new LinkBreaker(() => nowMs);
    for (let misses = 0; misses < 3; misses += 1) {
      miss(link);
    }
    assert.equal(link.waitMs(), 60_000);
    nowMs = 59_000;
    assert.equal(link.waitMs(), 1_000);
    assert.equal(link.frameReceived(), true);
    assert.equal(link.waitMs(), 0);
    assert.equal(link.frameReceived(), false);
  });

  it("tries a lock that sends frames all the time at most 8 times in the first two minutes, then once a minute", () => {
    let nowMs = 0;
    const link = new LinkBreaker(() => nowMs);
    const triesAtMs: number[] = [];
    for (; nowMs < 600_000; nowMs += 500) {
      link.frameReceived();
      if (link.waitMs() > 0) continue;
      triesAtMs.push(nowMs);
      miss(link);
    }
    assert.ok(triesAtMs.filter((atMs) => atMs < 120_000).length <= 9, triesAtMs.join());
    const late = triesAtMs.filter((atMs) => atMs >= 120_000);
    assert.ok(late.length <= 8, late.join());
  });

  it("tries at once with the first frame of a lock that was silent, however often it failed before", () => {
    let nowMs = 0;
    const link = new LinkBreaker(() => nowMs);
    for (let tries = 0; tries < 20; tries += 1) {
      link.frameReceived();
      miss(link);
    }
    nowMs += 3_600_000;
    for (let misses = 0; misses < 5; misses += 1) {
      miss(link);
    }
    nowMs += 61_000;
    link.frameReceived();
    assert.equal(link.waitMs(), 0);
  });

  it("tries at once with the next frame of a lock that slept through a try which no frame caused", () => {
    let nowMs = 0;
    const link = new LinkBreaker(() => nowMs);
    for (let tries = 0; tries < 20; tries += 1) {
      link.frameReceived();
      miss(link);
    }
    nowMs += link.waitMs();
    miss(link);
    nowMs += 20_000;
    assert.equal(link.frameReceived(), true);
    assert.equal(link.waitMs(), 0);
  });

  it("tries at once with the second frame of a lock that sends some every few minutes and never answers", () => {
    let nowMs = 0;
    const link = new LinkBreaker(() => nowMs);
    for (let minutes = 0; minutes < 60; minutes += 3) {
      nowMs = minutes * 60_000;
      link.frameReceived();
      miss(link);
    }
    nowMs += 3_000;
    link.frameReceived();
    assert.equal(link.waitMs(), 0);
  });

  it("starts over with short pauses once the lock has answered", () => {
    const link = new LinkBreaker(() => 0);
    for (let tries = 0; tries < 20; tries += 1) {
      miss(link);
      link.frameReceived();
    }
    assert.ok(link.waitMs() > 0);
    link.answered();
    assert.equal(link.waitMs(), 0);
    link.missed();
    link.frameReceived();
    assert.equal(link.waitMs(), 0);
  });

  it("lets the next operation begin at once when a frame came during one that did not reach the lock", () => {
    let nowMs = 0;
    const link = new LinkBreaker(() => nowMs);
    for (let misses = 0; misses < 5; misses += 1) {
      miss(link);
    }
    nowMs = 3_600_000;
    link.began();
    link.frameReceived();
    nowMs += 10_000;
    link.missed();
    link.ended();
    assert.equal(link.waitMs(), 0);
    link.began();
    link.frameReceived();
    link.missed();
    link.ended();
    assert.equal(link.waitMs(), 1_000, "not twice in a row");
  });

  it("counts no futile try when the last frame came from a lock that answers", () => {
    let nowMs = 0;
    const link = new LinkBreaker(() => nowMs);
    const pausesMs: number[] = [];
    for (let tries = 0; tries < 6; tries += 1) {
      link.answered();
      link.frameReceived();
      nowMs += 60_000;
      miss(link);
      pausesMs.push(link.waitMs());
    }
    assert.deepEqual(pausesMs, [1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
  });

  it("forgets an operation that sent nothing, so that a frame during the next one still counts", () => {
    let nowMs = 0;
    const link = new LinkBreaker(() => nowMs);
    link.began();
    link.ended();
    link.frameReceived();
    nowMs = 60_000;
    link.began();
    link.frameReceived();
    link.missed();
    assert.equal(link.waitMs(), 0, "the frame that came during it counts");
  });

  it("pauses for the stick without counting a miss of the lock", () => {
    const link = new LinkBreaker(() => 0);
    for (let faults = 0; faults < 5; faults += 1) link.pauseForStick();
    assert.equal(link.waitMs(), 2_000);
    link.missed();
    assert.equal(link.waitMs(), 1_000);
  });
});
