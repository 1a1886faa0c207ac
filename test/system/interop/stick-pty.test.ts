import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Controller, setLogger } from "zigbee-herdsman";
import { realTime } from "../../../drivers/simulated/simulation-time.ts";
import { PtyError } from "../../../drivers/simulated/stick/pty.ts";
import { SimulatedStick } from "../../../drivers/simulated/stick/stick.ts";
import { probeStick } from "../../../drivers/zigbee/stick/stick-probe.ts";
import { PlainDevice } from "../../support/radio/plain-device.ts";
import { sys, ZnpClient } from "../../support/radio/znp-client.ts";

/** Needs socat, which makes the pseudo terminal: `apt-get install socat`. */
describe("zigbee-herdsman on the simulated stick behind a pseudo terminal (needs socat)", () => {
  let directory = "";
  let stick: SimulatedStick;
  before(() => {
    setLogger({ debug() {}, info() {}, warning() {}, error() {} });
    directory = mkdtempSync(join(tmpdir(), "pty-"));
    stick = new SimulatedStick({ time: realTime(1) });
    stick.open();
  });
  after(async () => {
    await stick.close();
    rmSync(directory, { recursive: true });
  });

  it("forms a network and interviews a device through a serial port", async () => {
    const path = join(directory, "tty");
    await stick.listenPty(path);
    const controller = new Controller({
      network: {
        panID: 0x1a63,
        extendedPanID: [1, 2, 3, 4, 5, 6, 7, 8],
        channelList: [15],
        networkKey: Array.from({ length: 16 }, (_, index) => index + 1),
      },
      serialPort: { path, adapter: "zstack", baudRate: 115_200, rtscts: false },
      databasePath: join(directory, "database.db"),
      databaseBackupPath: join(directory, "database.db.backup"),
      backupPath: join(directory, "backup.json"),
      adapter: { disableLED: false },
      acceptJoiningDeviceHandler: async () => true,
    });
    assert.equal(await controller.start(), "reset");
    await controller.permitJoin(60);
    const interviewed = new Promise<string>((resolve) => {
      controller.on("deviceInterview", (event) => {
        if (event.status !== "started") resolve(event.status);
      });
    });
    assert.equal(stick.join(new PlainDevice({ isRouter: true })), null);
    assert.equal(await interviewed, "successful");
    await controller.stop();
  });

  it("is still there for the next host after one has closed it", async () => {
    const path = join(directory, "tty4");
    await stick.listenPty(path);
    for (let host = 0; host < 5; host += 1) {
      const probed = await probeStick(
        { path, baudRateBps: 115_200, rtscts: false },
        AbortSignal.timeout(10_000),
      );
      assert.deepEqual(probed, { product: 1, revision: 20240710 });
    }
  });

  it("is gone while the stick is unplugged, and back afterwards", async () => {
    const path = join(directory, "tty2");
    await stick.listenPty(path);
    await stick.unplug();
    await until(() => !existsSync(path));
    await stick.plugIn();
    await until(() => existsSync(path));
  });

  it("lets a host on TCP use the stick while nobody has opened the terminal", async () => {
    await stick.listenPty(join(directory, "tty3"));
    const address = await stick.listenTcp({ host: "127.0.0.1", port: 0 });
    const { client, socket } = await ZnpClient.connectTcp(address.port);
    await until(() => stick.isConnected);
    // A terminal that ends is renewed after 200 ms; three renewals would have been seen.
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.equal((await client.request(sys, 0x01)).length, 2);
    assert.equal(client.isClosed, false);
    socket.destroy();
  });

  it("is refused if no terminal can be made", async () => {
    const path = join(directory, "missing", "tty");
    await assert.rejects(stick.listenPty(path), PtyError);
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < deadlineMs, "what was awaited did not come");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
