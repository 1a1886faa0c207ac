import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseCommandEnvelope } from "../../../../sync/down/command-envelope.ts";
import { maxBodyBytes, maxBodyDepth, parseBody } from "../../../../sync/down/message-body.ts";
import { parseSyncMessage } from "../../../../sync/down/sync-messages.ts";

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

function nested(depth: number): string {
  return `${"[".repeat(depth)}${"]".repeat(depth)}`;
}

describe("the body of a message from the cloud", () => {
  it("is read up to its size limit and not a byte beyond", () => {
    const fits = `"${"x".repeat(maxBodyBytes - 2)}"`;
    assert.equal(parseBody(bytes(fits)).ok, true);
    assert.equal(parseBody(bytes(`${fits} `)).ok, false);
  });

  it("is read up to its depth limit and not a level beyond", () => {
    assert.equal(parseBody(bytes(nested(maxBodyDepth))).ok, true);
    assert.equal(parseBody(bytes(nested(maxBodyDepth + 1))).ok, false);
    assert.equal(parseBody(bytes(nested(30_000))).ok, false);
  });

  it("keeps the command's id when only the depth is wrong, so that it can be answered", () => {
    const body = parseBody(bytes(`{"id":"c1","params":${nested(20)}}`));
    assert.deepEqual(body, { ok: false, reason: "body is nested deeper than 16", id: "c1" });
  });

  it("is refused if it is not UTF-8, not JSON, or has a prototype field", () => {
    assert.equal(parseBody(Buffer.from([0x22, 0xff, 0x22])).ok, false);
    assert.equal(parseBody(bytes("{")).ok, false);
    assert.equal(parseBody(bytes("")).ok, false);
    assert.equal(parseBody(bytes('{"params":{"__proto__":{"a":1}}}')).ok, false);
  });

  it("is never quoted in a refusal", () => {
    const body = parseBody(bytes('{"password":"246813"'));
    assert(!body.ok);
    assert.doesNotMatch(body.reason, /246813/);
  });

  it("is read without an exception for any bytes, and so are the envelopes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (payload) => {
        const body = parseBody(payload);
        if (!body.ok) return;
        parseCommandEnvelope(body.value);
        parseSyncMessage(body.value);
      }),
    );
  });
});

describe("the command envelope", () => {
  it("passes the command on, with unchecked params", () => {
    const envelope = { id: "c1", command: "add_password", params: { any: [1] }, iat: 5, exp: 9.5 };
    assert.deepEqual(parseCommandEnvelope(envelope), { ok: true, command: envelope });
  });

  it("needs no params", () => {
    assert.deepEqual(parseCommandEnvelope({ id: "c1", command: "x" }), {
      ok: true,
      command: { id: "c1", command: "x", params: {} },
    });
  });

  it("names the field at fault", () => {
    const faults: [unknown, RegExp][] = [
      [{ command: "x" }, /id/],
      [{ id: "", command: "x" }, /^id /],
      [{ id: "x".repeat(129), command: "x" }, /^id /],
      [{ id: "c1" }, /command/],
      [{ id: "c1", command: 7 }, /^command /],
      [{ id: "c1", command: "x", exp: "soon" }, /^exp /],
      [{ id: "c1", command: "x", iat: -1 }, /^iat /],
      [{ id: "c1", command: "x", expires: 5 }, /^expires is not known here/],
      [[], /object/],
    ];
    for (const [value, wanted] of faults) {
      const parsed = parseCommandEnvelope(value);
      assert(!parsed.ok);
      assert.match(parsed.reason, wanted);
    }
  });
});

describe("a down/sync message", () => {
  it("is an acknowledgement, a replay, the cloud's time, a question for digests or a snapshot", () => {
    assert.deepEqual(parseSyncMessage({ epoch: "e", seq: 7 }), {
      ok: true,
      message: { kind: "acknowledgement", epoch: "e", seq: 7 },
    });
    assert.deepEqual(parseSyncMessage({ replay: { from: 3 } }), {
      ok: true,
      message: { kind: "replay", from: 3 },
    });
    assert.deepEqual(parseSyncMessage({ time: 1_700_000_000.25 }), {
      ok: true,
      message: { kind: "time", unixMs: 1_700_000_000_250, nonce: null },
    });
    assert.deepEqual(parseSyncMessage({ digest: {} }), {
      ok: true,
      message: { kind: "digest", uuid: null },
    });
    const snapshot = { uuid: "0x00124b0000000001", passwords: [] };
    assert.deepEqual(parseSyncMessage({ id: "s1", snapshot, exp: 9 }), {
      ok: true,
      message: {
        kind: "snapshot",
        command: { id: "s1", command: "apply_snapshot", params: snapshot, exp: 9 },
      },
    });
  });

  it("is refused with the field at fault", () => {
    const faults: [unknown, RegExp][] = [
      [{ epoch: "e", seq: -1 }, /^seq /],
      [{ seq: 1 }, /epoch/],
      [{ epoch: "e", seq: 1.5 }, /^seq /],
      [{ replay: { from: 0 } }, /^replay\.from /],
      [{ replay: { from: 1, to: 2 } }, /^replay\.to is not known here/],
      [{ time: "now" }, /^time /],
      [{ snapshot: {} }, /^id is missing; give text/],
      [{ digest: { lock: 1 } }, /^digest\.lock is not known here/],
      [{}, /one of/],
      [null, /object/],
    ];
    for (const [value, wanted] of faults) {
      const parsed = parseSyncMessage(value);
      assert(!parsed.ok);
      assert.match(parsed.reason, wanted);
    }
  });
});
