import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TimeQuestion } from "../../../../sync/presence/time-question.ts";

describe("the question for the cloud's time", () => {
  it("can be answered once, within 30 s, on the same connection", () => {
    let nowMs = 0;
    const question = new TimeQuestion(() => nowMs);
    const [first, second, third, fourth] = [
      question.ask(),
      question.ask(),
      question.ask(),
      question.ask(),
    ];
    assert.equal(new Set([first, second, third, fourth]).size, 4);
    assert.equal(question.isAnswered(second), true);
    assert.equal(question.isAnswered(second), false, "once only");
    nowMs = 30_000;
    assert.equal(question.isAnswered(first), true);
    nowMs = 30_001;
    assert.equal(question.isAnswered(third), false, "too late");
    question.forget();
    nowMs = 0;
    assert.equal(question.isAnswered(fourth), false, "another connection");
  });

  it("keeps no more than four open questions", () => {
    const question = new TimeQuestion(() => 0);
    const asked = Array.from({ length: 6 }, () => question.ask());
    assert.deepEqual(
      asked.map((nonce) => question.isAnswered(nonce)),
      [false, false, true, true, true, true],
    );
  });
});
