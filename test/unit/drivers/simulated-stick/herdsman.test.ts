import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Controller, setLogger } from "zigbee-herdsman";
import { realTime } from "../../../../drivers/simulated/simulation-time.ts";
import { SimulatedStick } from "../../../../drivers/simulated/stick/stick.ts";
import { PlainDevice } from "../../../support/radio/plain-device.ts";

const silent = { debug() {}, info() {}, warning() {}, error() {} };
const network = {
  panID: 0x1a63,
  extendedPanID: [1, 2, 3, 4, 5, 6, 7, 8],
  channelList: [15],
  networkKey: Array.from({ length: 16 }, (_, index) => index + 1),
};

/** One story on one stick: each step builds on the one before, as each start takes seconds. */
describe("zigbee-herdsman on the simulated stick", () => {
  let directory = "";
  let stick: SimulatedStick;
  let port = 0;
  let controller: Controller;
  // A router: for an end device herdsman keeps a timer of 60 s, which would hold the test process.
  const device = new PlainDevice({ isRouter: true });

  function newController(): Controller {
    return new Controller({
      network,
      serialPort: { path: `tcp://127.0.0.1:${port}`, adapter: "zstack" },
      databasePath: join(directory, "database.db"),
      databaseBackupPath: join(directory, "database.db.backup"),
      backupPath: join(directory, "backup.json"),
      adapter: { disableLED: false },
      acceptJoiningDeviceHandler: async () => true,
    });
  }

  before(async () => {
    setLogger(silent);
    directory = mkdtempSync(join(tmpdir(), "stick-"));
    stick = new SimulatedStick({ time: realTime(1), nvPath: join(directory, "stick.json") });
    stick.open();
    ({ port } = await stick.listenTcp({ host: "127.0.0.1", port: 0 }));
  });

  after(async () => {
    await stick.close();
    rmSync(directory, { recursive: true });
  });

  it("forms a network with the parameters it is given", async () => {
    controller = newController();
    assert.equal(await controller.start(), "reset");
    assert.equal(stick.isFormed, true);
    const formed = await controller.getNetworkParameters();
    assert.equal(formed.panID, network.panID);
    assert.equal(formed.channel, 15);
    assert.equal(formed.extendedPanID, "0x0102030405060708");
  });

  it("interviews a device that joins", async () => {
    await controller.permitJoin(60);
    const interviewed = new Promise<string>((resolve) => {
      controller.on("deviceInterview", (event) => {
        if (event.status !== "started") resolve(event.status);
      });
    });
    assert.equal(stick.join(device), null);
    assert.equal(await interviewed, "successful");
    assert.equal(controller.getDeviceByIeeeAddr(`0x${device.ieee}`)?.modelID, "P1");
  });

  it("keeps its network when the host comes back", async () => {
    await controller.stop();
    controller = newController();
    assert.equal(await controller.start(), "resumed");
    assert.equal(controller.getDeviceByIeeeAddr(`0x${device.ieee}`)?.interviewState, "SUCCESSFUL");
    await readModel();
  });

  it("gives its devices and their keys to the host's backup", () => {
    const backup: unknown = JSON.parse(readFileSync(join(directory, "backup.json"), "utf8"));
    assert.ok(typeof backup === "object" && backup !== null && "devices" in backup);
    assert.ok(Array.isArray(backup.devices));
    assert.equal(backup.devices.length, 1);
    assert.equal(backup.devices[0].ieee_address, device.ieee);
    const address = device.address().toString(16).padStart(4, "0");
    assert.equal(backup.devices[0].nwk_address, address);
    assert.match(backup.devices[0].link_key.key, /^[0-9a-f]{32}$/);
  });

  it("brings its network up again after a power cycle", async () => {
    await controller.stop();
    stick.powerCycle();
    controller = newController();
    assert.equal(await controller.start(), "resumed");
    assert.equal(stick.isFormed, true);
    await readModel();
  });

  it("restores a backup into a blank flash, with its device", async () => {
    await controller.stop();
    stick.wipe();
    controller = newController();
    assert.equal(await controller.start(), "restored");
    await readModel();
    assert.equal(stick.rejoin(device), null);
    await readModel();
    await controller.stop();
  });

  async function readModel(): Promise<void> {
    const endpoint = controller.getDeviceByIeeeAddr(`0x${device.ieee}`)?.getEndpoint(1);
    assert.deepEqual(await endpoint?.read("genBasic", ["modelId"]), { modelId: "P1" });
  }
});
