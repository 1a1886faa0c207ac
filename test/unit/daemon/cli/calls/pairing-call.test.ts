import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aLockId } from "../../../../support/records.ts";
import { Run, room, running, until } from "./shipped-latchctl.ts";

const otherLockId = "0x00124b0000000002";

function tell(step: string, uuid = aLockId): void {
  running.pairing.tell({ event: step, body: { step, uuid } });
}

const isClosed = () => room.site.permitted?.seconds === 0;

describe("latchctl pair", () => {
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) {
    it(`closes the network when ${signal} ends it`, async () => {
      const run = Run.inPipe("pair", "--any", "--seconds", "200");
      await until("the network to open", () => room.site.permitted?.seconds === 200);
      run.kill(signal);
      const code = await run.ended;
      assert.ok(isClosed());
      assert.equal(code, { SIGINT: 130, SIGHUP: 129, SIGTERM: 143 }[signal]);
    });
  }

  const question = "Install code or address";
  const label = "83FED3407A939723A5C639B26916D505C3B5";

  it("asks at a terminal which lock may join, and takes its address", async () => {
    for (const [typed, expected] of [
      ["0x00124B00000000AA", "0x00124b00000000aa"],
      ["00124b00000000ab", "0x00124b00000000ab"],
    ] as const) {
      const run = Run.onTerminal("pair", "--seconds", "200");
      await run.shows(question);
      assert.notEqual(room.site.permitted?.seconds, 200, "it is not open before the answer");
      run.type(`${typed}\r`);
      await run.shows("pairing mode");
      assert.deepEqual(room.site.permitted, { seconds: 200, expected });
      run.type("\u0003");
      assert.equal(await run.ended, 130);
      assert.ok(isClosed());
    }
  });

  it("takes the lock's install code as the answer, and lets only its device in", async () => {
    room.site.namedDevice = "0x00124b00000000aa";
    const run = Run.onTerminal("pair", "--seconds", "200");
    await run.shows(question);
    run.type(`${label}\r`);
    await run.shows("pairing mode");
    assert.deepEqual(room.site.installCodes, [label]);
    assert.deepEqual(room.site.permitted, { seconds: 200, expected: "0x00124b00000000aa" });
    run.type("\u0003");
    await run.ended;
  });

  it("does not open the network for an install code that names no device", async () => {
    const run = Run.onTerminal("pair", "--install-code", label, "--seconds", "200");
    assert.notEqual(await run.ended, 0);
    assert.match(run.text, /uuid: must be given\s+too/);
    assert.equal(room.site.permitted, null);
  });

  it("opens nothing without an answer, or where there is nobody to ask", async () => {
    for (const answer of ["\r", "\u0004"]) {
      const run = Run.onTerminal("pair", "--seconds", "200");
      await run.shows(question);
      run.type(answer);
      assert.equal(await run.ended, 2);
      assert.match(run.text, /--install-code or --uuid[\s\S]*--any lets\s+in\s+any\s+device/);
    }
    const script = Run.inPipe("pair", "--seconds", "200");
    assert.equal(await script.ended, 2);
    assert.match(script.text, /--any lets\s+in\s+any\s+device/);
    assert.equal(room.site.permitted, null);
  });

  it("asks nothing when an option lets in any device, or says which one", async () => {
    const uuid = "0x00124b00000000aa";
    for (const [args, expected] of [
      [["--any"], null],
      [["--uuid", uuid], uuid],
    ] as const) {
      const run = Run.onTerminal("pair", ...args, "--seconds", "200");
      await run.shows("pairing mode");
      assert.ok(!run.text.includes(question));
      assert.deepEqual(room.site.permitted, { seconds: 200, expected });
      run.type("\u0003");
      await run.ended;
    }
  });

  it("closes the network on Ctrl-C at a terminal", async () => {
    const run = Run.onTerminal("pair", "--any", "--seconds", "200");
    await run.shows("pairing mode");
    run.type("\u0003");
    assert.equal(await run.ended, 130);
    assert.ok(isClosed());
  });

  it("closes the network when its terminal hangs up", async () => {
    const run = Run.onTerminal("pair", "--any", "--seconds", "200");
    await run.shows("pairing mode");
    run.kill("SIGKILL");
    await until("the network to close", isClosed);
  });

  it("closes the network when nobody reads its output any more", async () => {
    const run = Run.inPipe("pair", "--any", "--seconds", "200");
    await until("the network to open", () => room.site.permitted?.seconds === 200);
    run.closeOutput();
    tell("joined");
    await until("the network to close", isClosed);
    await run.ended;
  });

  it("lets nobody in after its time and waits for a lock that joined in time", async () => {
    const run = Run.inPipe("pair", "--any", "--seconds", "1");
    await until("the network to open", () => room.site.permitted?.seconds === 1);
    tell("joined");
    await until("the network to close", isClosed);
    tell("probing");
    tell("paired");
    assert.equal(await run.ended, 0);
    assert.match(run.text, /is paired/);
  });

  it("waits for a second lock that joined before the first was paired", async () => {
    const run = Run.inPipe("pair", "--any", "--seconds", "100");
    await until("the network to open", () => room.site.permitted?.seconds === 100);
    tell("joined");
    tell("joined", otherLockId);
    tell("paired");
    await until("the network to close", isClosed);
    tell("failed", otherLockId);
    assert.equal(await run.ended, 0);
    assert.match(run.text, new RegExp(`${otherLockId} +could not be paired`));
  });

  it("fails when the lock that joined in time is refused in the end", async () => {
    const run = Run.inPipe("pair", "--any", "--seconds", "1");
    await until("the network to open", () => room.site.permitted?.seconds === 1);
    tell("joined");
    await until("the network to close", isClosed);
    tell("refused");
    assert.equal(await run.ended, 1);
  });
});
