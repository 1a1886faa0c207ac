import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { displayWidth } from "../../../daemon/cli/terminal/display-width.ts";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import { DaemonProcess, getOverSocket } from "../../support/rigs/daemon-process.ts";
import { PseudoTerminal } from "../../support/terminal/pseudo-terminal.ts";
import { within } from "../../support/within.ts";

const code = "908172";
const secondCode = "635241";
const profiles = ["LATCH-ZCL-1", "YRD226", "SMARTCODE_DEADBOLT_10_L"] as const;
const names = ["前门", "三楼 东", "back door"] as const;

describe("the installation of three locks at a terminal of 80 × 24", () => {
  let folder: string;
  let socket: string;
  let house: SimulatedHouse;
  let daemon: DaemonProcess;
  const terminals: PseudoTerminal[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-install-"));
    socket = join(folder, "latchd.sock");
    house = new SimulatedHouse({ isAutoJoining: true });
    house.open();
    const stick = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    daemon = new DaemonProcess({
      configFile: join(folder, "latchd.yaml"),
      config: {
        gateway: { id: "gateway-1", name: "Gateway", home_id: "home-0" },
        data_dir: join(folder, "data"),
        stick: { path: `tcp://${stick.host}:${stick.port}` },
        api: { socket, port: 0 },
        clock: { time_zone: "Asia/Shanghai" },
        log: { level: "info", format: "json" },
      },
    });
    await daemon.start();
    await within(60_000, "the network", async () => {
      while (!JSON.stringify(await getOverSocket(socket, "/api/health")).includes("channel")) {
        await new Promise((done) => setTimeout(done, 100));
      }
    });
  });

  afterEach(async () => {
    for (const terminal of terminals.splice(0)) terminal.kill();
    await daemon.stop();
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function latchctl(...args: readonly string[]): PseudoTerminal {
    const terminal = new PseudoTerminal(socket, ...args);
    terminals.push(terminal);
    return terminal;
  }

  /** Everything that the person saw fits into the terminal, and no code is in it. */
  function checkTranscript(): void {
    for (const { lines, text } of terminals) {
      for (const digits of [code, secondCode]) {
        assert.ok(!text.includes(digits), "no code is shown");
      }
      for (const line of lines) assert.ok(displayWidth(line) <= 80, `too wide: ${line}`);
    }
  }

  it("is done with latchctl install, which sees each lock open and ends with a summary", async () => {
    const wizard = latchctl("install");
    for (const [at, profile] of profiles.entries()) {
      await wizard.answer("Enter = none", "");
      await wizard.shows("Put the lock into pairing mode now");
      const lock = house.addLock({ profile });
      await wizard.shows("is paired");
      await wizard.answer("Name of the lock", names[at] ?? "");
      await wizard.answer("Home, a new one", "永昌大厦");
      await wizard.answer("Room (", `房间 ${at}`);
      await wizard.answer("Administrator's code:", code);
      await wizard.answer("The same again:", code);
      await wizard.shows("Type the code at the keypad now");
      assert.equal(lock.keypad(code), "opened");
      await wizard.shows("It opened. The lock works.");
      await wizard.answer("Install another lock?", at === profiles.length - 1 ? "n" : "y");
    }
    assert.equal(await wizard.ended, 0);
    assert.match(wizard.text, /Hand-over,[\s\S]*name +place +make[\s\S]*前门 +房间 0, 永昌大厦/);
    const list = latchctl("home", "list");
    assert.equal(await list.ended, 0);
    for (const name of names) assert.ok(list.text.includes(name));
    checkTranscript();
  });

  it("sets another administrator's code when the lock refuses the first one", async () => {
    const wizard = latchctl("install");
    await wizard.answer("Enter = none", "");
    await wizard.shows("Put the lock into pairing mode now");
    const lock = house.addLock({ profile: "BE468" });
    lock.programAtKeypad({ userId: 5, code });
    await wizard.shows("is paired");
    await wizard.answer("Name of the lock", "cellar");
    await wizard.answer("Home, a new one", "Lake Road 7");
    await wizard.answer("Room (", "cellar");
    await wizard.answer("Administrator's code:", code);
    await wizard.answer("The same again:", code);
    await wizard.answer("Try again?", "y");
    assert.match(wizard.text, /the lock has this code already/);
    await wizard.answer("Administrator's code:", secondCode);
    await wizard.answer("The same again:", secondCode);
    await wizard.shows("Type the code at the keypad now");
    assert.equal(lock.keypad(secondCode), "opened");
    await wizard.shows("It opened. The lock works.");
    await wizard.answer("Install another lock?", "n");
    assert.equal(await wizard.ended, 0);
    checkTranscript();
  });

  it("is done with at most twelve single commands, each of which names the next", async () => {
    for (const profile of profiles) house.addLock({ profile });
    const pairing = latchctl("pair", "--any", "--count", "3");
    assert.equal(await pairing.ended, 0);
    const addresses = [...pairing.text.matchAll(/next: latchctl lock rename (0x\w+)/g)];
    assert.equal(addresses.length, 3);
    for (const [at, [, address = ""]] of addresses.entries()) {
      const rename = latchctl("lock", "rename", address.slice(2).toUpperCase(), names[at] ?? "");
      assert.equal(await rename.ended, 0);
      assert.match(rename.text, /is now called/);
    }
    assert.equal(await latchctl("home", "add", "永昌大厦").ended, 0);
    for (const name of names) {
      const admin = latchctl("password", "admin", name, "--wait");
      await admin.answer("Administrator's code:", code);
      await admin.answer("The same again:", code);
      assert.equal(await admin.ended, 0, admin.text);
      assert.ok(admin.text.includes(`done: ${name} has confirmed it`));
    }
    assert.equal(await latchctl("room", "bind", names[0], "永昌大厦").ended, 0);
    const list = latchctl("locks");
    assert.equal(await list.ended, 0);
    for (const name of names) assert.ok(list.text.includes(name));
    assert.ok(terminals.length <= 12);
    for (const args of [
      ["lock", "show", names[1]],
      ["password", "list", names[1]],
      ["lock", "radio", names[1]],
      ["lock", "slots", names[1]],
      ["oplog"],
      ["journal"],
      ["network"],
      ["health"],
      ["doctor"],
      ["lock", "open", "门"],
      ["password", "add", names[1], "--until", "三点"],
    ]) {
      await latchctl(...args).ended;
    }
    checkTranscript();
  });

  it("says what to do where nobody can be asked, and changes nothing", () => {
    const main = new URL("../../../daemon/cli/main.js", import.meta.url).pathname;
    const run = spawnSync(process.execPath, [main, "--socket", socket, "install"], {
      encoding: "utf8",
      input: "",
    });
    assert.equal(run.status, 2);
    assert.match(run.stderr, /needs a terminal[\s\S]*latchctl pair --uuid ADDRESS/);
  });
});
