import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { ClockState } from "../../../../daemon/core/model/clock.ts";
import type { Store } from "../../../../daemon/store/store.ts";
import { CloudSilence } from "../../../../sync/presence/cloud-silence.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

const hourMs = 3_600_000;
const startMs = 1_700_000_000_000;
const limitMs = 12 * hourMs;

describe("a cloud that signs its messages", () => {
  let temporary: TemporaryStore;
  let store: Store;
  let nowMs: number;
  let state: ClockState;
  let isConnected: boolean;
  let silence: CloudSilence;

  beforeEach(async () => {
    temporary = await aTemporaryStore();
    store = temporary.store;
    nowMs = startMs;
    state = "synced";
    isConnected = true;
    silence = aSilence();
  });
  afterEach(() => temporary.remove());

  function aSilence(): CloudSilence {
    return new CloudSilence({
      store,
      clock: { reading: () => ({ nowMs, state }) },
      limitMs,
      isConnected: () => isConnected,
      onFailure: (error) => assert.fail(String(error)),
    });
  }

  async function reported(): Promise<readonly unknown[]> {
    await silence.stop();
    const records = await store.readJournal(1, 100);
    return records.map(({ entry }) => (entry.kind === "event" ? [entry.event, entry.detail] : []));
  }

  function look(hours: number): void {
    nowMs = startMs + hours * hourMs;
    silence.check();
  }

  it("causes one alarm after 12 h of silence, and its end with the next message", async () => {
    look(12);
    look(12.5);
    look(30);
    silence.noteSignedMessage(startMs + 29 * hourMs);
    look(31);
    assert.deepEqual(await reported(), [
      ["cloudSilentAlarm", { since: 1_700_000_000, silent_s: 45_000 }],
      ["clearCloudSilentAlarm", { since: 1_700_000_000, silent_s: 104_400 }],
    ]);
  });

  it("does not end its silence with an old message that is sent again", async () => {
    silence.noteSignedMessage(startMs - hourMs);
    look(13);
    silence.noteSignedMessage(startMs + hourMs / 2);
    look(14);
    assert.equal((await reported()).length, 1);
  });

  it("causes no alarm without a connection, or while the time is unknown", async () => {
    isConnected = false;
    look(13);
    isConnected = true;
    state = "lost";
    look(14);
    assert.deepEqual(await reported(), []);
  });

  it("causes no second alarm after a restart", async () => {
    look(2);
    silence.noteSignedMessage(startMs + 2 * hourMs);
    await silence.stop();
    silence = aSilence();
    look(14);
    assert.equal((await reported()).length, 0);
    look(14.1);
    await silence.stop();
    silence = aSilence();
    look(15);
    silence.noteSignedMessage(startMs + 15 * hourMs);
    assert.deepEqual(
      (await reported()).map((event) => Array.isArray(event) && event[0]),
      ["cloudSilentAlarm", "clearCloudSilentAlarm"],
    );
  });
});
