import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { JsonObject } from "../../../../daemon/base/json.ts";
import { timestampOf } from "../../../../daemon/core/model/clock.ts";
import { type EventName, eventNames } from "../../../../daemon/core/model/journal.ts";
import { DoorLog } from "../../../../daemon/diagnostics/door-log.ts";
import { doorLine } from "../../../../daemon/diagnostics/door-log-lines.ts";
import { createLogger, setLogLevel } from "../../../../daemon/process/log.ts";
import { aLockId } from "../../../support/records.ts";
import { CommandRoom } from "../../../support/rigs/command-room.ts";

describe("the log of what happens at the doors", () => {
  let room: CommandRoom;
  let lines: Record<string, unknown>[];
  let logger: ReturnType<typeof createLogger>;
  let log: DoorLog;

  beforeEach(async () => {
    lines = [];
    room = await CommandRoom.open();
    logger = createLogger("info", { write: (text) => lines.push(JSON.parse(text)) });
    log = new DoorLog(room.store, logger.child({ part: "doors" }));
    await room.addLock();
  });
  afterEach(() => room.close());

  async function happened(event: EventName, detail: JsonObject | null = null): Promise<void> {
    const entry = { kind: "event", event, lock: aLockId, detail } as const;
    await room.store.commit({ changes: [], journal: [entry] }, timestampOf(room.clock));
  }

  /** Returns the lines without level and time, when all of them are written. */
  async function written(): Promise<readonly object[]> {
    await log.stop();
    return lines.map(({ level, time: _time, part, event: _event, ...line }) => {
      assert.deepEqual([level, part], ["info", "doors"]);
      return line;
    });
  }

  const lock = { lock: aLockId, name: "front door" };

  it("says that a code was confirmed, or failed and why", async () => {
    await happened("pwdOperation", { password_id: 7, operation: 1, operation_stage: 3 });
    const failed = { password_id: 7, operation: 2, operation_stage: 2, reason: "unreachable" };
    await happened("pwdOperation", failed);
    assert.deepEqual(await written(), [
      { ...lock, operation: "add", password_id: 7, msg: "code confirmed" },
      { ...lock, operation: "delete", reason: "unreachable", password_id: 7, msg: "code failed" },
    ]);
  });

  it("says that a lock was paired, lost, back and unpaired", async () => {
    await happened("lockPaired", { model: "M-1", brand: "Maker", version: "3", again: 0 });
    await happened("lockOfflineAlarm");
    await happened("clearLockOfflineAlarm");
    await happened("lockRemoved", { was_told: 1, name: "front door" });
    const texts = (await written()).map((line) => Reflect.get(line, "msg"));
    assert.deepEqual(texts, [
      "lock paired",
      "lock lost: it does not answer",
      "lock is back",
      "lock unpaired",
    ]);
  });

  it("says who added a client", async () => {
    room.caller = { transport: "socket", name: "local", scope: "manager", origin: "local" };
    const { client_secret } = await room.call("client_add", {
      client_id: "partner",
      scope: "manager",
    });
    assert.deepEqual(await written(), [
      { by: "local", transport: "socket", about: "partner", msg: "client added" },
    ]);
    assert.ok(!JSON.stringify(lines).includes(String(client_secret)));
  });

  it("has no code and no name of a person, whatever an event carries", async () => {
    const texts = { password: "864209", code: "864209", name: "Ann Other", source_name: "Ann" };
    for (const event of eventNames) {
      await happened(event, { ...texts, passwords: [{ id: 1, password: "864209" }] });
      await happened(event, { password: { id: 1, password: "864209" }, source_name: "Ann" });
    }
    await written();
    const inUse = eventNames.filter((event) => event !== "lockRemoved");
    assert.ok(lines.length > eventNames.length / 2);
    assert.doesNotMatch(JSON.stringify(lines), /864209/);
    for (const event of inUse) {
      assert.doesNotMatch(JSON.stringify(doorLine(event, texts)), /Ann|864209/, event);
    }
  });

  it("says nothing of what happened before it, or while only warnings are wanted", async () => {
    setLogLevel(logger, "warn");
    await happened("lockPaired");
    // The log hears of a record in a tick of its own.
    await new Promise((resolve) => setImmediate(resolve));
    setLogLevel(logger, "info");
    await happened("lockOfflineAlarm");
    const texts = (await written()).map((line) => Reflect.get(line, "msg"));
    assert.deepEqual(texts, ["lock lost: it does not answer"]);
  });
});
