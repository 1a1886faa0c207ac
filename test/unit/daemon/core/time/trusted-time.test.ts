import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withSourceReport } from "../../../../../daemon/core/time/time-judgement.ts";
import {
  bareTimeMark,
  initialTime,
  markToPersist,
  withPersistedMark,
} from "../../../../../daemon/core/time/time-mark.ts";
import {
  readSources,
  readTime,
  setBackDone,
  setByPerson,
  type TimeSource,
  type TrustedTime,
  wantsCloudTime,
} from "../../../../../daemon/core/time/trusted-time.ts";
import {
  buildMs,
  dayMs,
  hourMs,
  minuteMs,
  nowMs,
  ntp,
  restarted,
  started,
  synced,
  yearsMs,
} from "./time-room.ts";

function cloud(time: TrustedTime, unixMs: number, monotonicMs: number, isAnswer = false) {
  return withSourceReport(time, { source: "cloud", unixMs, monotonicMs, isAnswer });
}

function verdictOf(time: TrustedTime, source: TimeSource): string | undefined {
  return readSources(time, 0).find((one) => one.source === source)?.verdict;
}

describe("trusted time after a start", () => {
  it("is lost, at the later of build time and mark, and runs on", () => {
    assert.deepEqual(readTime(started(), 5), {
      nowMs: nowMs - hourMs + 5,
      state: "lost",
      clockDoubt: null,
    });
    assert.equal(readTime(started(bareTimeMark(0)), 0).nowMs, buildMs);
    assert.equal(readTime(started(null), 0).nowMs, buildMs);
  });

  it("believes NTP up to a day ahead of the mark", () => {
    assert.equal(readTime(synced, 10).nowMs, nowMs + 10);
    assert.equal(readTime(synced, 10).state, "synced");
    const off = started(bareTimeMark(nowMs - dayMs - 1));
    assert.equal(readTime(ntp(off, nowMs, 0), 0).state, "lost");
    assert.equal(verdictOf(ntp(off, nowMs, 0), "ntp"), "leap");
  });

  it("does not believe a system clock of the year 2098, and believes the right one afterwards", () => {
    const wrong = ntp(started(), Date.parse("2098-01-01T00:00:00Z"), 0);
    assert.deepEqual([readTime(wrong, 0).state, verdictOf(wrong, "ntp")], ["lost", "beyond"]);
    assert.equal(readTime(wrong, 0).nowMs, nowMs - hourMs);
    const right = ntp(wrong, nowMs, 0);
    assert.deepEqual([readTime(right, 0).state, readTime(right, 0).nowMs], ["synced", nowMs]);
  });

  it("does not believe one source that is years ahead", () => {
    const wrong = ntp(started(), nowMs + 9 * yearsMs, 0);
    assert.equal(readTime(wrong, 0).state, "lost");
    assert.equal(readTime(ntp(wrong, nowMs, 0), 0).nowMs, nowMs);
  });

  it("moves weeks at once if NTP and the cloud agree", () => {
    const off = ntp(started(bareTimeMark(nowMs - 21 * dayMs)), nowMs, 0);
    assert.equal(readTime(off, 0).state, "lost");
    for (const isAnswer of [true, false]) {
      const both = cloud(off, nowMs + 2000, 1000, isAnswer);
      assert.deepEqual(readTime(both, 1000), {
        nowMs: nowMs + 1000,
        state: "synced",
        isSettling: true,
        clockDoubt: null,
      });
    }
  });

  it("believes the first report to a new gateway, however long ago it was built", () => {
    const first = ntp(started(null), buildMs + 3 * yearsMs, 0);
    assert.deepEqual(readTime(first, 0), {
      nowMs: buildMs + 3 * yearsMs,
      state: "synced",
      clockDoubt: null,
    });
  });

  it("ignores a mark that is too late to be believed", () => {
    const poisoned = started(bareTimeMark(Date.parse("2098-01-01T00:00:00Z")));
    assert.equal(readTime(poisoned, 0).nowMs, buildMs);
    assert.equal(readTime(ntp(poisoned, nowMs, 0), 0).nowMs, nowMs);
  });

  it("continues with its state if the machine was not off", () => {
    const mark = markToPersist(synced, 0);
    const start = { buildMs, mark, monotonicMs: 7 };
    const short = initialTime({ ...start, elapsedMs: 5000 });
    assert.deepEqual(readTime(short, 7), {
      nowMs: nowMs + 5000,
      state: "synced",
      clockDoubt: null,
    });
    const long = initialTime({ ...start, elapsedMs: 30 * hourMs });
    assert.equal(readTime(long, 7).state, "holding");
    assert.equal(verdictOf(ntp(long, nowMs + 31 * hourMs, 7), "ntp"), "ahead");
  });

  it("stays lost if the source is far behind the time that was known before", () => {
    const time = ntp(started(), nowMs - 2 * hourMs, 0);
    assert.equal(readTime(time, 0).state, "lost");
    assert.equal(verdictOf(time, "ntp"), "behind");
  });
});

describe("the cloud's report while the time is lost", () => {
  it("does not count alone if it answers no question", () => {
    const queued = cloud(started(), nowMs - 50 * minuteMs, 0);
    assert.deepEqual(
      [readTime(queued, 0).state, verdictOf(queued, "cloud")],
      ["lost", "unanswered"],
    );
    assert.equal(readTime(queued, 0).nowMs, nowMs - hourMs);
    assert.equal(readTime(ntp(queued, nowMs, 0), 0).nowMs, nowMs, "NTP is believed as ever");
  });

  it("counts if it answers a question, up to a day ahead", () => {
    const answered = cloud(started(), nowMs, 0, true);
    assert.deepEqual([readTime(answered, 0).nowMs, readTime(answered, 0).state], [nowMs, "synced"]);
    const far = cloud(started(), nowMs + 2 * dayMs, 0, true);
    assert.equal(readTime(far, 0).state, "lost");
  });

  it("counts if NTP reports the same, in any order", () => {
    const old = started(bareTimeMark(nowMs - 9 * dayMs));
    assert.equal(readTime(ntp(cloud(old, nowMs, 0), nowMs, 10), 10).state, "synced");
    assert.equal(readTime(cloud(ntp(old, nowMs, 0), nowMs, 10), 10).state, "synced");
  });

  it("is corrected by NTP in both directions", () => {
    const late = cloud(started(), nowMs - 50 * minuteMs, 0, true);
    assert.equal(readTime(ntp(late, nowMs, 10), 10).nowMs, nowMs);
    const early = cloud(started(), nowMs + 5 * hourMs, 0, true);
    const corrected = ntp(early, nowMs, 10);
    assert.equal(readTime(corrected, 10).nowMs, nowMs);
    assert.equal(corrected.setBackFromMs, nowMs + 5 * hourMs + 10, "what ended on it is known");
  });

  it("is corrected by NTP after another start too", () => {
    const early = cloud(started(), nowMs + 5 * hourMs, 0, true);
    for (const isOff of [true, false]) {
      const again = restarted(early, 10, isOff);
      assert.equal(readTime(again, 10).nowMs, nowMs + 5 * hourMs + 10);
      assert.equal(readTime(ntp(again, nowMs, 20), 20).nowMs, nowMs);
    }
  });
});

describe("a running time", () => {
  it("is holding a day after the last believed report", () => {
    assert.equal(readTime(synced, dayMs - 1).state, "synced");
    assert.equal(readTime(synced, dayMs).state, "holding");
    assert.equal(
      readTime(cloud(synced, nowMs + 30 * hourMs, 30 * hourMs), 30 * hourMs).state,
      "synced",
    );
  });

  it("has whole milliseconds", () => {
    assert.equal(readTime(synced, 10.75).nowMs, nowMs + 10);
  });

  it("moves by a step of 10 min of one source, and doubts a longer one", () => {
    assert.equal(readTime(ntp(synced, nowMs + 10 * minuteMs, 0), 0).nowMs, nowMs + 10 * minuteMs);
    assert.deepEqual(readTime(ntp(synced, nowMs + 11 * minuteMs, 0), 0), {
      nowMs,
      state: "synced",
      clockDoubt: { source: "ntp", aheadMs: 11 * minuteMs },
    });
  });

  it("does not let the cloud move the time ahead in small steps", () => {
    let time = started();
    time = cloud(time, nowMs, 0, true);
    for (let step = 1; step <= 400; step += 1) time = cloud(time, nowMs + step * 590_000, step * 5);
    const { nowMs: atMs } = readTime(time, 2000);
    assert.ok(atMs - (nowMs + 2000) <= 10 * minuteMs, `${(atMs - nowMs) / minuteMs} min`);
    assert.equal(verdictOf(time, "cloud"), "ahead");
  });

  it("follows NTP against the cloud, which reports a later time", () => {
    const time = cloud(synced, nowMs + 5 * minuteMs, 0);
    assert.equal(readTime(time, 0).nowMs, nowMs);
    assert.equal(verdictOf(time, "cloud"), "contradicted");
  });

  it("jumps if the other source agrees, not if the same source repeats it", () => {
    let time = ntp(synced, nowMs + hourMs, 0);
    time = ntp(time, nowMs + hourMs + 1000, 1000);
    assert.equal(readTime(time, 1000).nowMs, nowMs + 1000);
    const apart = cloud(time, nowMs + hourMs + 2000 + minuteMs, 1000);
    assert.equal(readTime(apart, 1000).nowMs, nowMs + 1000);
    const agreed = cloud(time, nowMs + hourMs + 31_000, 1000);
    assert.equal(readTime(agreed, 1000).nowMs, nowMs + hourMs + 1000);
    assert.equal(readTime(agreed, 1000).clockDoubt, null);
  });

  it("does not set the time back on delayed messages of the cloud, even if a wrong NTP agrees", () => {
    const saidMs = nowMs - 6 * hourMs;
    let time = synced;
    for (let atMs = 0; atMs < 30 * minuteMs; atMs += 10_000) {
      time = cloud(ntp(time, saidMs + atMs, atMs), saidMs + atMs, atMs);
      assert.equal(readTime(time, atMs).nowMs, nowMs + atMs);
    }
  });

  it("goes back after NTP and the cloud's answers have agreed for three minutes, not before", () => {
    const truthMs = nowMs - 6 * hourMs;
    let time = synced;
    for (let atMs = 0; atMs < 3 * minuteMs; atMs += 10_000) {
      time = cloud(ntp(time, truthMs + atMs, atMs), truthMs + atMs + 500, atMs, true);
      assert.equal(readTime(time, atMs).nowMs, nowMs + atMs);
    }
    const atMs = 3 * minuteMs;
    time = cloud(ntp(time, truthMs + atMs, atMs), truthMs + atMs + 500, atMs, true);
    assert.equal(readTime(time, atMs).nowMs, truthMs + atMs);
    assert.equal(time.setBackFromMs, nowMs + atMs);
    assert.equal(setBackDone(time).setBackFromMs, null);
  });

  it("asks the cloud while NTP is minutes behind, and goes back once both agree", () => {
    const lieMs = 5 * minuteMs;
    let time = ntp(ntp(synced, nowMs + lieMs, 0), nowMs + minuteMs, minuteMs);
    assert.equal(verdictOf(time, "ntp"), "believed");
    assert.equal(readTime(time, minuteMs).nowMs, nowMs + lieMs + minuteMs, "no step back on one");
    let atMs = minuteMs;
    while (wantsCloudTime(time, atMs) && atMs < hourMs) {
      atMs += minuteMs;
      time = ntp(cloud(time, nowMs + atMs, atMs, true), nowMs + atMs, atMs);
    }
    assert.equal(readTime(time, atMs).nowMs, nowMs + atMs);
    assert.ok(atMs <= 6 * minuteMs, `${atMs} ms`);
  });

  it("does not ask the cloud while the sources agree within a minute", () => {
    assert.equal(wantsCloudTime(ntp(synced, nowMs + minuteMs, 0), 0), false);
    assert.equal(wantsCloudTime(ntp(synced, nowMs - minuteMs, 0), 0), false);
    assert.equal(wantsCloudTime(synced, dayMs), true, "the last word is a day old");
    assert.equal(wantsCloudTime(started(), 0), true);
  });

  it("does not go back by one source, however long it reports the same", () => {
    let time = synced;
    for (let atMs = 0; atMs < hourMs; atMs += minuteMs)
      time = ntp(time, nowMs - hourMs + atMs, atMs);
    assert.equal(readTime(time, hourMs).nowMs, nowMs + hourMs);
  });

  it("is set by a person, forward and back, within build time and 20 years", () => {
    for (const unixMs of [nowMs - 5 * dayMs, nowMs + 300 * dayMs]) {
      const set = setByPerson(started(), { unixMs, monotonicMs: 0 });
      assert.ok(set !== null);
      assert.deepEqual([readTime(set, 0).nowMs, readTime(set, 0).state], [unixMs, "synced"]);
    }
    assert.equal(setByPerson(synced, { unixMs: buildMs - 1, monotonicMs: 0 }), null);
    assert.equal(setByPerson(synced, { unixMs: buildMs + 21 * yearsMs, monotonicMs: 0 }), null);
    assert.equal(setByPerson(synced, { unixMs: Number.NaN, monotonicMs: 0 }), null);
  });

  it("drops a doubt after an hour, or when its source reports the right time again", () => {
    const time = ntp(synced, nowMs + hourMs, 0);
    assert.equal(readTime(time, hourMs + 1).clockDoubt, null);
    assert.equal(readTime(ntp(time, nowMs + 5, 5), 5).clockDoubt, null);
  });

  it("persists its mark once it is synced, then every 10 min and after each jump", () => {
    assert.equal(markToPersist(synced, 5)?.unixMs, nowMs + 5);
    const kept = withPersistedMark(synced, synced, 5);
    assert.equal(markToPersist(kept, 10 * minuteMs), null);
    assert.equal(markToPersist(kept, 10 * minuteMs + 5)?.unixMs, nowMs + 10 * minuteMs + 5);
    const holding = withPersistedMark(synced, synced, dayMs - 1);
    assert.equal(markToPersist(holding, dayMs)?.unixMs, nowMs + dayMs, "now holding");
    const set = setByPerson(kept, { unixMs: nowMs - hourMs, monotonicMs: 6 });
    assert.equal(set === null ? null : markToPersist(set, 6)?.setBackFromMs, nowMs + 6);
  });
});
