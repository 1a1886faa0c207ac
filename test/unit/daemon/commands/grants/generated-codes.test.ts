import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import fc from "fast-check";
import { usedCodeKeptMs } from "../../../../../daemon/core/grant/used-code.ts";
import { isTrivialCode } from "../../../../../daemon/core/input/trivial-code.ts";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { aLock, someCapabilities } from "../../../../support/records.ts";
import { GrantDesk, lockNumber } from "./grant-desk.ts";

let desk: GrantDesk;

afterEach(() => desk.desk.close());

describe("a code that latchd makes for a grant", () => {
  it("is in the reply, and nowhere else in clear", async () => {
    desk = await GrantDesk.open(2);
    const reply = await desk.must("grant_create", { person: "Kim", locks: desk.locks });
    const code = String(reply["password"]);
    assert.match(code, /^[0-9]{6}$/);
    assert.deepEqual(desk.codesOf(String(reply["grant_id"])), [code, code]);
    const journal = JSON.stringify(await desk.desk.journal());
    assert.ok(!desk.desk.contents().includes(`"${code}"`) && !journal.includes(`"${code}"`));
    const shown = await desk.must("grant_show", { grant_id: reply["grant_id"] });
    assert.equal("password" in shown, false);
  });

  it("is never one that a lock has, wants, or had within 90 days", async () => {
    desk = await GrantDesk.open(2);
    const [first, second] = desk.locks;
    await desk.must("add_password", { uuid: first, password: "417263" });
    await desk.must("add_password", { uuid: second, password: "862413" });
    await desk.must("update_password", { uuid: second, password_id: 1, password: "750318" });
    desk.desk.draws("123456", "417263", "750318", "862413", "539271");
    const reply = await desk.must("grant_create", { person: "Kim", locks: desk.locks });
    assert.equal(reply["password"], "539271");
    desk.desk.time.nowMs += usedCodeKeptMs;
    desk.desk.draws("862413");
    const later = await desk.must("grant_create", { person: "Kim", locks: desk.locks });
    assert.equal(later["password"], "862413", "90 days are over");
  });

  it("is remembered when its grant was revoked, also over a restart", async () => {
    desk = await GrantDesk.open(1);
    desk.desk.draws("539271");
    const id = await desk.grant();
    await desk.must("grant_revoke", { grant_id: id });
    await desk.confirmAll(id);
    await desk.desk.restart();
    desk.desk.draws("539271", "417263");
    const reply = await desk.must("grant_create", { person: "Lee", locks: desk.locks });
    assert.equal(reply["password"], "417263");
  });

  it("is refused as busy if no free code was drawn", async () => {
    desk = await GrantDesk.open(1);
    desk.desk.draws("111111");
    const reply = await desk.call("grant_create", { person: "Kim", locks: desk.locks });
    assert.equal(reply.ErrNo, 16002);
  });

  it("is different on every lock from all others, when 200 grants are asked for at once", async () => {
    desk = await GrantDesk.open(8, { lastUserId: 220 });
    const asked = Array.from({ length: 200 }, (_, at) => {
      const locks = desk.locks.filter((_lock, number) => (at + number) % 3 !== 0);
      return desk.must("grant_create", { person: `person ${at}`, locks });
    });
    const replies = await Promise.all(asked);
    assert.equal(new Set(replies.map(({ grant_id: id }) => id)).size, 200);
    for (const lock of desk.locks) {
      const marks = [...desk.desk.store.list("password", [lock])].map(({ code }) => code?.mark);
      assert.equal(new Set(marks).size, marks.length, "no lock has a code twice");
    }
    for (const { password } of replies) {
      assert.ok(!isTrivialCode(new PinCode(String(password))));
    }
  });

  it("fits every lock at once, or is refused", async () => {
    desk = await GrantDesk.open(2);
    const limits = fc.record({ min: fc.integer({ min: 4, max: 10 }), more: fc.nat({ max: 4 }) });
    await fc.assert(
      fc.asyncProperty(limits, limits, async (one, other) => {
        const both = [one, other].map(({ min, more }) => ({ min, max: Math.min(10, min + more) }));
        for (const [at, { min, max }] of both.entries()) {
          const lock = lockNumber(at + 1);
          const known = desk.desk.store.get("lock", [lock]) ?? aLock({ lock });
          const capabilities = someCapabilities({
            minPinLength: min,
            maxPinLength: max,
            lastUserId: 200,
          });
          await desk.desk.write(put("lock", [lock], { ...known, capabilities }));
        }
        const min = Math.max(...both.map((limit) => limit.min));
        const max = Math.min(...both.map((limit) => limit.max));
        const params = { person: "Kim", locks: desk.locks };
        const reply = await desk.desk.callAsPerson("grant_create", params);
        if (min > max) {
          assert.deepEqual([reply.ErrNo, reply.ErrMsg.split(":")[0]], [16008, "locks"]);
          return;
        }
        assert.equal(reply.ErrNo, 0, reply.ErrMsg);
        const { length } = String(reply["password"]);
        assert.ok(length >= min && length <= max);
        const id = String(reply["grant_id"]);
        await desk.must("grant_revoke", { grant_id: id });
        await desk.confirmAll(id);
      }),
      { numRuns: 60 },
    );
  });

  it("has six digits for a client of the API, or is refused", async () => {
    desk = await GrantDesk.open(1);
    const [lock] = desk.locks;
    const known = desk.desk.store.get("lock", [lockNumber(1)]);
    assert.ok(lock !== undefined && known !== undefined);
    const capabilities = someCapabilities({ minPinLength: 8 });
    await desk.desk.write(put("lock", [lock], { ...known, capabilities }));
    const refusal: [number, string] = [16008, "locks"];
    await desk.refuses("grant_create", { person: "Kim", locks: desk.locks }, refusal);
  });
});
