import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  causeOfErrorCode,
  causeOfReasonCode,
  isAlarm,
  type LossCause,
} from "../../../../sync/link/loss-cause.ts";
import { waitMs } from "../../../../sync/link/reconnect.ts";

const limits = { baseMs: 1_000, maxMs: 300_000, firstMaxMs: 60_000 };
const almostOne = 1 - Number.EPSILON;

function ceilingMs(cause: LossCause, failures: number): number {
  return Math.round(waitMs(cause, failures, limits, almostOne));
}

describe("the wait before the next attempt", () => {
  it("doubles its ceiling from 1 s to 300 s", () => {
    const ceilings = Array.from({ length: 11 }, (_, failures) =>
      ceilingMs("unreachable", failures),
    );
    assert.deepEqual(
      ceilings,
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000),
    );
  });

  it("is spread over a minute after the broker cut a connection", () => {
    assert.equal(ceilingMs("cut", 0), 60_000);
    assert.equal(waitMs("cut", 0, limits, 0), 0);
    assert.equal(ceilingMs("cut", 8), 256_000);
  });

  it("is long if only people can repair the fault", () => {
    assert.equal(waitMs("refused", 0, limits, 0), 150_000);
    assert.equal(ceilingMs("refused", 0), 300_000);
    assert.equal(waitMs("takenOver", 0, limits, 0), 300_000);
  });

  it("never leaves 0 … 300 s, however often it failed", () => {
    const causes: LossCause[] = [
      "unreachable",
      "cut",
      "overloaded",
      "refused",
      "untrusted",
      "moved",
      "takenOver",
      "subscribeRefused",
      "oversize",
      "unacknowledged",
      "storeFailed",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...causes),
        fc.nat(),
        fc.double({ min: 0, max: almostOne, noNaN: true }),
        (cause, failures, random) => {
          const ms = waitMs(cause, failures, limits, random);
          return ms >= 0 && ms <= 300_000;
        },
      ),
    );
  });
});

describe("a reason code of the broker", () => {
  it("means overload if the broker says so", () => {
    for (const code of [0x03, 0x88, 0x89, 0x97, 0x9f]) {
      assert.equal(causeOfReasonCode(code), "overloaded");
    }
  });

  it("is an alarm if rights or configuration are wrong", () => {
    for (const code of [0x04, 0x05, 0x86, 0x87, 0x8a, 0x95, 0x9a]) {
      assert.equal(causeOfReasonCode(code), "refused");
    }
    assert(isAlarm("refused"));
  });

  it("is an alarm if another client has this gateway's id", () => {
    assert.equal(causeOfReasonCode(0x8e), "takenOver");
    assert(isAlarm("takenOver"));
  });

  it("is an alarm if it names another server", () => {
    assert.equal(causeOfReasonCode(0x9c), "moved");
    assert.equal(causeOfReasonCode(0x9d), "moved");
  });
});

describe("an error code", () => {
  it("distinguishes an invalid certificate from an absent broker", () => {
    for (const code of [
      "CERT_NOT_YET_VALID",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ]) {
      assert.equal(causeOfErrorCode(code), "untrusted");
    }
    assert.equal(causeOfErrorCode("ECONNREFUSED"), null);
    assert.equal(causeOfErrorCode(undefined), null);
  });

  it("leads to an early retry for an invalid certificate, because the clock may still be wrong", () => {
    assert(isAlarm("untrusted"));
    assert.equal(ceilingMs("untrusted", 0), 1_000);
  });
});
