import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { createLogger } from "../../../../daemon/process/log.ts";
import { LogLimit, linesPerPeriod } from "../../../../daemon/process/log-limit.ts";

describe("the log's limit", () => {
  it("writes a message up to the limit, then counts lines that are left out and reports their number", () => {
    const limit = new LogLimit();
    for (let line = 0; line < linesPerPeriod; line++) {
      assert.deepEqual(limit.admit("a", line), { kind: "written", leftOut: 0 });
    }
    for (let line = 0; line < 5; line++) {
      assert.deepEqual(limit.admit("a", 100), { kind: "leftOut" });
    }
    assert.deepEqual(limit.admit("b", 100), { kind: "written", leftOut: 0 });
    assert.deepEqual(limit.admit("a", 60_000), { kind: "written", leftOut: 5 });
    assert.deepEqual(limit.admit("a", 60_001), { kind: "written", leftOut: 0 });
  });

  it("forgets messages when there are too many, and leaves out none because of that", () => {
    const limit = new LogLimit();
    for (let message = 0; message < 5_000; message++) {
      assert.equal(limit.admit(`message ${message}`, 0).kind, "written");
    }
  });

  it("applies to the lines of a logger and its children, not to debug lines", () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const logger = createLogger("debug", stream).child({ part: "a" });
    for (let line = 0; line < linesPerPeriod + 10; line++) {
      logger.warn({ line }, "again");
      logger.debug({ line }, "more");
    }
    assert.equal(lines.filter((line) => line.includes('"again"')).length, linesPerPeriod);
    assert.equal(lines.filter((line) => line.includes('"more"')).length, linesPerPeriod + 10);
  });
});
