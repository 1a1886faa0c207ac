import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { Secret } from "../../../../daemon/core/model/secret.ts";
import { type Change, put, remove } from "../../../../daemon/store/store.ts";
import { StateDigest } from "../../../../sync/presence/state-digest.ts";
import { aLock, aLockId, aPassword, aSlot } from "../../../support/records.ts";
import { withStore } from "../../../support/rigs/temporary-store.ts";

const key = Buffer.alloc(32, 1);

/** As a cloud works it out, from docs/mqtt.md. */
function hash(...lines: string[]): string {
  const digest = createHmac("sha256", key).update(lines.join("\n")).digest();
  return digest.subarray(0, 16).toString("base64url");
}

function digestOver(store: ConstructorParameters<typeof StateDigest>[0], withKey = key) {
  return new StateDigest(store, withKey, ({ mark }) => new Secret(mark));
}

describe("the state digest", () => {
  const stamp = { atMs: 1, clock: "synced" } as const;
  const window = { beginMs: 5_000, endMs: null, weekly: null };
  const password = aPassword({ window, revision: 3 });

  it("equals the digest that the cloud computes from its own data", async () => {
    await withStore(async (store) => {
      const content = {
        kind: "occupied",
        mark: null,
        userStatus: "occupiedEnabled",
        userType: "unrestricted",
      } as const;
      const slot = aSlot({ content, confidence: "confirmed", appliedRevision: 3 });
      const changes: Change[] = [
        put("lock", [aLockId], aLock()),
        put("password", [aLockId, 1], password),
        put("slot", [aLockId, 1], slot),
      ];
      await store.commit({ changes, journal: [] }, stamp);
      const code = hash(`code ${aLockId} 123456`);
      const line = `[1,3,0,5,0,null,0,0,"${code}"]`;
      const desired = hash(`desired ${aLockId}`, line);
      const confirmed = hash(`confirmed ${aLockId}`, '[1,3,"enabled"]');
      const digest = digestOver(store);
      assert.deepEqual(digest.lock(aLockId), { uuid: aLockId, desired, confirmed });
      assert.deepEqual(digest.total(), {
        desired: hash("desired", `${aLockId} ${desired}`),
        confirmed: hash("confirmed", `${aLockId} ${confirmed}`),
      });
    });
  });

  it("changes with the desired state, and not with deleted passwords", async () => {
    await withStore(async (store) => {
      await store.commit({ changes: [put("lock", [aLockId], aLock())], journal: [] }, stamp);
      const digest = digestOver(store);
      const of = async (change: Change) => {
        await store.commit({ changes: [change], journal: [] }, stamp);
        return digest.total().desired;
      };
      const at = [aLockId, 1];
      const none = await of(remove("password", at));
      const digests = [
        none,
        await of(put("password", at, password)),
        await of(put("password", at, { ...password, revision: 4 })),
        await of(put("password", at, { ...password, isFrozen: true })),
        await of(put("password", at, { ...password, window: { ...window, endMs: 9_000 } })),
        await of(put("password", at, { ...password, code: { box: "b", mark: "654321" } })),
      ];
      assert.equal(new Set(digests).size, digests.length);
      assert.equal(await of(put("password", at, { ...password, isDeleted: true })), none);
      assert.equal(await of(put("password", at, { ...password, consumedAtMs: 7 })), none);
      assert.equal(await of(put("password", at, password)), digests[1]);
    });
  });

  it("reveals nothing without its key, and has no unpaired lock", async () => {
    await withStore(async (store) => {
      const changes = [put("lock", [aLockId], aLock()), put("password", [aLockId, 1], password)];
      await store.commit({ changes, journal: [] }, stamp);
      const other = digestOver(store, Buffer.alloc(32, 2));
      assert.notEqual(other.total().desired, digestOver(store).total().desired);
      assert.equal(other.lock("0x00124b00000000ff"), null);
    });
  });

  it("counts a slot as confirmed only if the lock confirmed it and nothing was sent since", async () => {
    await withStore(async (store) => {
      const empty = { kind: "empty" } as const;
      await store.commit({ changes: [put("lock", [aLockId], aLock())], journal: [] }, stamp);
      const none = digestOver(store).total().confirmed;
      const sure = aSlot({ content: empty, confidence: "confirmed" });
      for (const [slot, isSeen] of [
        [sure, true],
        [{ ...sure, mayDiffer: true }, false],
        [{ ...sure, confidence: "unconfirmed" as const }, false],
        [{ ...sure, holder: null }, false],
        [{ ...sure, content: { kind: "unknown" as const } }, false],
      ] as const) {
        await store.commit({ changes: [put("slot", [aLockId, 1], slot)], journal: [] }, stamp);
        assert.equal(digestOver(store).total().confirmed !== none, isSeen);
      }
    });
  });
});
