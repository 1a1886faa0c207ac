import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { administratorId } from "../../../../daemon/core/model/password.ts";
import { aLockId, someCapabilities } from "../../../support/records.ts";
import { CommandDesk } from "../../../support/rigs/command-desk.ts";

const id = fc.constantFrom(1, 2, 3, 4, 5, administratorId);
const code = fc.constantFrom("000001", "000002", "000003", "000004", "000005", "000006");
const seconds = fc.constantFrom(0, 1_799_999_999, 1_800_000_030, 1_800_000_060);

const words = fc.oneof(
  fc.record({
    command: fc.constant("add_password"),
    params: fc.record(
      {
        password: code,
        is_default: fc.constantFrom(0, 1),
        permission_begin: seconds,
        permission_end: seconds,
        one_time: fc.constantFrom(0, 1),
      },
      { requiredKeys: ["password"] },
    ),
  }),
  fc.record({
    command: fc.constant("update_password"),
    params: fc.record(
      {
        password_id: id,
        password: code,
        name: fc.string({ maxLength: 3 }),
        permission: fc.record({ begin: seconds, end: seconds }, { requiredKeys: [] }),
      },
      { requiredKeys: ["password_id"] },
    ),
  }),
  fc.record({
    command: fc.constantFrom("delete_password", "frozen_password", "unfrozen_password"),
    params: fc.record({ password_id: id }),
  }),
  // Whatever comes over a wire.
  fc.record({
    command: fc.constantFrom("add_password", "update_password", "fetch_passwords", "nothing"),
    params: fc.anything(),
  }),
);
/** Commands that come together, batch after batch; some from the cloud, with ids that repeat. */
const story = fc.array(
  fc.array(fc.record({ words, cloudId: fc.option(fc.constantFrom("a", "b", "c", "d")) }), {
    minLength: 1,
    maxLength: 4,
  }),
  { maxLength: 8 },
);

describe("whatever commands come, in whatever order", () => {
  it("no slot has two passwords, no code is there twice, no revision falls, nothing breaks", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (batches) => {
        const desk = await CommandDesk.open({ capabilities: someCapabilities({ lastUserId: 4 }) });
        try {
          await desk.must("add_password", { is_default: 1, password: "999111" });
          const revisions = new Map<number, number>();
          for (const batch of batches) {
            await Promise.all(
              batch.map(async ({ words: { command, params }, cloudId }) => {
                const isObject = typeof params === "object" && params !== null;
                const addressed = isObject ? { uuid: aLockId, ...params } : params;
                if (cloudId !== null) {
                  return desk.executor.executeFromCloud({
                    id: cloudId,
                    command,
                    params: addressed,
                  });
                }
                const caller = {
                  transport: "rest",
                  name: "x",
                  scope: "manager",
                  origin: "local",
                } as const;
                return desk.executor.execute({ command, params: addressed, caller });
              }),
            );
            checkRecords(desk, revisions);
          }
          assert.deepEqual(desk.faults, [], "no command ends as 15000");
          const journal = await desk.journal();
          assert.deepEqual(
            journal.map(({ seq }) => seq),
            journal.map((_, index) => index + 1),
          );
        } finally {
          await desk.close();
        }
      }),
      { numRuns: Number(process.env["LATCHD_PROPERTY_RUNS"] ?? 60) },
    );
  });
});

function checkRecords(desk: CommandDesk, revisions: Map<number, number>): void {
  const passwords = [...desk.store.list("password", [aLockId])];
  const slots = passwords.flatMap(({ userId }) => (userId === null ? [] : [userId]));
  assert.equal(new Set(slots).size, slots.length, "a slot with two passwords");
  const marks = passwords.map((password) => password.code?.mark);
  assert.equal(new Set(marks).size, marks.length, "a code twice");
  for (const password of passwords) {
    assert.ok(password.revision >= (revisions.get(password.id) ?? 1), "a revision fell");
    revisions.set(password.id, password.revision);
    if (password.userId === null) continue;
    assert.ok(password.userId >= 1 && password.userId <= 4, "a slot that is not given");
    const slot = desk.store.get("slot", [aLockId, password.userId]);
    assert.deepEqual([slot?.holder, slot?.mayDiffer], [password.id, true]);
  }
  const administrator = desk.password(administratorId);
  assert.ok(!administrator.isDeleted && !administrator.isFrozen && !administrator.isOneTime);
  assert.deepEqual(administrator.window, { beginMs: null, endMs: null, weekly: null });
}
