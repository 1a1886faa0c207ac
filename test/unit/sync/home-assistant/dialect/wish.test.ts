import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { maxBodyBytes, wishOf } from "../../../../../sync/home-assistant/dialect/wish.ts";

const set = (text: string) => wishOf("set", Buffer.from(text));
const get = (text: string) => wishOf("get", Buffer.from(text));

describe("a message on a topic of a lock", () => {
  it("sets a code as Lock Code Manager and keymaster write it", () => {
    const wanted = { kind: "setCode", userId: 3, code: "0012" };
    for (const text of [
      '{"pin_code": {"user": 3, "user_type": "unrestricted", "pin_code": "0012", "user_enabled": true}}',
      '{"pin_code": {"user": 3, "user_type": "unrestricted", "user_enabled": true, "pin_code": "0012"}}',
    ]) {
      assert.deepEqual(set(text), wanted);
    }
  });

  it("clears a code as both tools write it", () => {
    const text =
      '{"pin_code": {"user": 3, "user_type": "unrestricted", "user_enabled": false, "pin_code": null}}';
    assert.deepEqual(set(text), { kind: "clearCode", userId: 3 });
  });

  it("asks for a slot as both tools write it", () => {
    assert.deepEqual(get('{"pin_code": {"user": 12}}'), { kind: "getCode", userId: 12 });
  });

  it("moves the bolt with the payloads of the lock's discovery and with those of Zigbee2MQTT", () => {
    assert.deepEqual(set("LOCK"), { kind: "moveBolt", action: "lock" });
    assert.deepEqual(set('{"state": "UNLOCK"}'), { kind: "moveBolt", action: "unlock" });
    assert.equal(get("UNLOCK").kind, "fault");
    assert.equal(get('{"state": "UNLOCK"}').kind, "fault");
  });

  it("is refused with the field that is wrong", () => {
    const fields = (pin: object) => set(JSON.stringify({ pin_code: { user: 3, ...pin } }));
    for (const [pin, reason] of [
      [{ user: "3", pin_code: "1234" }, /user: must be/],
      [{ user: -1, pin_code: "1234" }, /user: must be/],
      [{ user: 65_535, pin_code: "1234" }, /user: must be/],
      [{ user: 1.5, pin_code: "1234" }, /user: must be/],
      [{ pin_code: 1234 }, /pin_code.pin_code: must be/],
      [{ pin_code: "12a4" }, /pin_code.pin_code: must be/],
      [{ pin_code: "123" }, /pin_code.pin_code: must be/],
      [{ pin_code: "1234", user_type: "master" }, /user_type: must be/],
      [{ pin_code: "1234", user_enabled: "yes" }, /user_enabled: must be/],
      [{ pin_code: "1234", user_enabled: false }, /user_enabled: a code cannot/],
      [{ user_enabled: true }, /pin_code.pin_code: is missing/],
    ] as const) {
      const wish = fields(pin);
      assert.equal(wish.kind, "fault", JSON.stringify(pin));
      assert.match(wish.kind === "fault" ? wish.reason : "", reason);
    }
    for (const text of ["", "[]", "null", "1", "{", '{"state": "OPEN"}', '{"pin_code": 4}']) {
      assert.equal(set(text).kind, "fault", text);
    }
    assert.equal(wishOf("set", Buffer.from([0xff, 0xfe])).kind, "fault");
    assert.equal(set(" ".repeat(maxBodyBytes + 1)).kind, "fault");
  });

  it("never throws, and no fault quotes digits of the body", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        wishOf("set", bytes);
        wishOf("get", bytes);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        const wish = set(`{"pin_code": {"user": 3, "pin_code": ["7391548260"], "x": ${text}}}`);
        assert.equal(wish.kind, "fault");
        assert.ok(wish.kind === "fault" && !wish.reason.includes("7391548260"));
      }),
    );
  });
});
