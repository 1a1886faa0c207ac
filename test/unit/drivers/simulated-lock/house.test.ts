import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ControlServer } from "../../../../drivers/simulated/control/control-server.ts";
import { SimulatedHouse } from "../../../../drivers/simulated/house.ts";
import { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { VirtualTime } from "../../../../drivers/simulated/simulation-time.ts";
import { LockBench } from "./bench.ts";

describe("any bytes as a frame", () => {
  it("never throw, and change the users only by a well-formed command", () => {
    const changing = new Set([
      0x05, 0x07, 0x08, 0x09, 0x14, 0x16, 0x18, 0x19, 0x0b, 0x0d, 0x0e, 0x10,
    ]);
    const bench = new LockBench();
    bench.setPin(1, "1234");
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(0, 1, 3, 9, 0x0a, 0x19, 0x20, 0x0101, 0xfc00),
        (payload, clusterId) => {
          const before = JSON.stringify(bench.lock.users());
          bench.deliver(payload, clusterId);
          const isChanging = (payload[0] ?? 0) % 4 === 1 && changing.has(payload[2] ?? 0);
          if (clusterId !== 0x0101 || !isChanging) {
            assert.equal(JSON.stringify(bench.lock.users()), before);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("leave the users alone when a set is cut short", () => {
    const whole = [0x01, 7, 5, 1, 0, 1, 0, 4, 0x31, 0x32, 0x33, 0x34];
    for (let length = 0; length < whole.length; length++) {
      const bench = new LockBench();
      bench.deliver(Uint8Array.from(whole.slice(0, length)));
      assert.deepEqual(bench.lock.users(), []);
    }
  });
});

describe("the lock's memory", () => {
  it("outlives the process, readable by its owner only", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lock-memory-"));
    const options = {
      ieee: "a4c1380000000001",
      profile: "LATCH-ZCL-1",
      time: new VirtualTime(),
      memoryPath: join(folder, "lock.json"),
    } as const;
    const first = new VirtualLock(options);
    first.programAtKeypad({ userId: 5, code: "1234" });
    await Promise.resolve();
    assert.equal(statSync(options.memoryPath).mode & 0o777, 0o600);
    assert.equal(new VirtualLock(options).keypad("1234"), "opened");
    first.factoryReset();
    await Promise.resolve();
    assert.deepEqual(new VirtualLock(options).users(), []);
    rmSync(folder, { recursive: true });
  });
});

describe("control by HTTP", () => {
  async function withServer(run: (url: string) => Promise<void>): Promise<void> {
    const house = new SimulatedHouse({ time: new VirtualTime() });
    house.open();
    const server = new ControlServer(house);
    const port = await server.open(0);
    try {
      await run(`http://127.0.0.1:${port}`);
    } finally {
      await server.close();
      await house.close();
    }
  }

  async function post(url: string, body: unknown): Promise<{ status: number; text: string }> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }

  it("adds a lock, programs it and opens it", async () => {
    await withServer(async (url) => {
      const added = await post(`${url}/locks`, { profile: "YRD226", ieee: "a4c1380000000009" });
      assert.equal(added.status, 201, added.text);
      const lock = `${url}/locks/a4c1380000000009`;
      const program = await post(`${lock}/program`, { userId: 5, code: "1234" });
      assert.deepEqual(program, { status: 200, text: '{"result":"done"}' });
      assert.equal((await post(`${lock}/keypad`, { code: "1234" })).text, '{"result":"opened"}');
      const detail = await (await fetch(lock)).text();
      assert.match(detail, /"lockState":"unlocked"/);
      assert.doesNotMatch(detail, /"1234"/);
    });
  });

  it("names the field that is wrong", async () => {
    await withServer(async (url) => {
      await post(`${url}/locks`, { profile: "YRD226", ieee: "a4c1380000000009" });
      const lock = `${url}/locks/a4c1380000000009`;
      const wrong = await post(`${lock}/battery`, { percent: 101 });
      assert.equal(wrong.status, 400);
      assert.match(wrong.text, /percent/);
      assert.equal((await post(`${lock}/dance`, {})).status, 404);
      assert.equal((await post(`${url}/locks/00/keypad`, { code: "1" })).status, 404);
      const taken = await post(`${url}/locks`, { profile: "YRD226", ieee: "a4c1380000000009" });
      assert.equal(taken.status, 400);
      const quirk = await post(`${url}/locks`, { profile: "YRD226", quirks: { getPin: "sings" } });
      assert.equal(quirk.status, 400);
      assert.match(quirk.text, /quirks/);
      assert.equal((await post(`${url}/stick/faults`, { lossToDevice: 2 })).status, 400);
    });
  });

  it("streams what happens at the doors as it happens", async () => {
    await withServer(async (url) => {
      await post(`${url}/locks`, { profile: "YRD226", ieee: "a4c1380000000009" });
      const events = await fetch(`${url}/events`);
      const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
      assert.ok(reader);
      await post(`${url}/locks/a4c1380000000009/knob`, { to: "unlock" });
      let text = "";
      while (!text.includes("opened")) text += (await reader.read()).value ?? "";
      assert.match(text, /data: \{"ieee":"a4c1380000000009","act":"opened"/);
      await reader.cancel();
    });
  });
});
