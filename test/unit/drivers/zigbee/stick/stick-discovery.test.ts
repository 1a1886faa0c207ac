import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { SimulatedHouse } from "../../../../../drivers/simulated/house.ts";
import {
  findSticks,
  resolveStickPath,
} from "../../../../../drivers/zigbee/stick/stick-discovery.ts";
import { checkFirmware, probeStick } from "../../../../../drivers/zigbee/stick/stick-probe.ts";

const signal = new AbortController().signal;
const line = (port: number) => ({
  path: `tcp://127.0.0.1:${port}`,
  baudRateBps: 115_200,
  rtscts: false,
});

describe("a stick that is probed", () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.close();
    server = null;
  });

  /** Something on a port that says this to whoever comes. */
  async function saying(bytes: Uint8Array): Promise<number> {
    server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.write(bytes));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    return address.port;
  }

  it("returns its product and revision", async () => {
    const house = new SimulatedHouse({ isAutoJoining: false, firmwareRevision: 20_211_217 });
    house.open();
    const { port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    assert.deepEqual(await probeStick(line(port), signal), { product: 1, revision: 20_211_217 });
    // The line is free again: whoever comes next gets his own answer.
    assert.deepEqual(await probeStick(line(port), signal), { product: 1, revision: 20_211_217 });
    await house.close();
  });

  it("is understood through noise and broken frames", async () => {
    const answer = [0xfe, 0x09, 0x61, 0x02, 2, 1, 2, 7, 1, 0x04, 0x03, 0x02, 0x01];
    const sum = answer.slice(1).reduce((fcs, byte) => fcs ^ byte, 0);
    const noise = [0x00, 0xfe, 0xfe, 0x03, 0x61, 0x02, 0xff];
    const port = await saying(Buffer.from([...noise, ...answer, sum]));
    assert.deepEqual(await probeStick(line(port), signal), { product: 1, revision: 0x01020304 });
  });

  it("is reported as another maker's", async () => {
    const port = await saying(Buffer.of(0x1a, 0xc1, 0x02, 0x0b, 0x0a, 0x52, 0x7e));
    await assert.rejects(probeStick(line(port), signal), {
      fault: "notACoordinator",
      message: /EmberZNet/,
    });
  });

  it("is refused with another kind of firmware", () => {
    assert.throws(() => checkFirmware("/dev/x", { product: 0, revision: 20_200_101 }), {
      fault: "notACoordinator",
    });
    checkFirmware("/dev/x", { product: 1, revision: 20_240_710 });
  });

  it("is left to herdsman's start when it is silent, as in a bootloader", async () => {
    const port = await saying(Buffer.of(0x07));
    assert.equal(await probeStick(line(port), signal), null);
  });

  it("is missing when nothing is at its path", async () => {
    const port = await saying(Buffer.of());
    server?.close();
    await assert.rejects(probeStick(line(port), signal), { fault: "stickMissing" });
  });
});

describe("the search for a stick", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "latchd-sys-"));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  /** A tty of a USB device, as sysfs shows it. */
  function plugIn(tty: string, usb: { readonly id: string; readonly product: string }): void {
    const device = join(root, "sys/devices/usb1", `1-${tty}`);
    const port = join(device, "1-1:1.0", tty);
    mkdirSync(port, { recursive: true });
    const [vendor = "", product = ""] = usb.id.split(":");
    writeFileSync(join(device, "idVendor"), `${vendor}\n`);
    writeFileSync(join(device, "idProduct"), `${product}\n`);
    writeFileSync(join(device, "product"), `${usb.product}\n`);
    writeFileSync(join(device, "1-1:1.0", "bInterfaceNumber"), "00\n");
    mkdirSync(join(root, "sys/class/tty", tty), { recursive: true });
    symlinkSync(port, join(root, "sys/class/tty", tty, "device"));
  }

  it("finds nothing on a machine without serial devices, and names what to do", async () => {
    assert.deepEqual(await findSticks(root), []);
    await assert.rejects(resolveStickPath("auto", root), {
      fault: "stickMissing",
      message: /plug it in/,
    });
  });

  it("takes the only one, by its stable name", async () => {
    plugIn("ttyUSB3", { id: "10c4:ea60", product: "CP2102N USB to UART" });
    plugIn("ttyUSB0", { id: "0403:6001", product: "FT232R" });
    mkdirSync(join(root, "dev/serial/by-id"), { recursive: true });
    const stable = join(root, "dev/serial/by-id/usb-Silicon_Labs_CP2102N-if00");
    symlinkSync("../../ttyUSB3", stable);
    assert.equal(await resolveStickPath("auto", root), stable);
  });

  it("prefers one that calls itself a stick, and asks when it cannot tell", async () => {
    plugIn("ttyUSB4", { id: "10c4:ea60", product: "Sonoff Zigbee 3.0 USB Dongle Plus" });
    assert.equal(await resolveStickPath("auto", root), join(root, "dev/ttyUSB4"));
    plugIn("ttyACM0", { id: "1a86:55d4", product: "Zigbee stick" });
    await assert.rejects(resolveStickPath("auto", root), { message: /Several devices/ });
  });

  it("leaves a path that was given alone", async () => {
    assert.equal(await resolveStickPath("/dev/x", root), "/dev/x");
  });
});
