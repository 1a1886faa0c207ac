import { Controller, setLogger } from "zigbee-herdsman";
import { nowNs } from "../monotonic.ts";
import { type Fields, serve, tell } from "./line-service.ts";

/** Nothing but zigbee-herdsman on a stick: `herdsman-process <stick> <folder>`. */

const [stick = "", folder = ""] = process.argv.slice(2);
const silent = () => {};
setLogger({ debug: silent, info: silent, warning: silent, error: silent });

const controller = new Controller({
  network: {
    panID: 0x1a62,
    extendedPanID: [0xdd, 0xdd, 0xdd, 0xdd, 0xdd, 0xdd, 0xdd, 0xdd],
    networkKey: [1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4, 6, 8, 10, 12, 13],
    channelList: [15],
    networkKeyDistribute: false,
  },
  serialPort: { path: stick, baudRate: 115_200, rtscts: false, adapter: "zstack" },
  databasePath: `${folder}/database.db`,
  databaseBackupPath: `${folder}/database.db.backup`,
  backupPath: `${folder}/backup.json`,
  adapter: { disableLED: false },
  acceptJoiningDeviceHandler: () => Promise.resolve(true),
});

controller.on("message", (message) => {
  const atNs = nowNs();
  if (message.type === "commandOperationEventNotification") tell({ heard: "event", atNs });
});

serve({ pair, command, stop });
await controller.start();
tell({ started: true });

/** Lets `locks` locks join and binds each as a gateway does. */
async function pair(fields: Fields): Promise<Fields> {
  const wanted = Number(fields["locks"]);
  const all = new Promise<void>((resolve) => {
    let count = 0;
    controller.on("deviceInterview", ({ status }) => {
      if (status === "successful") count += 1;
      if (count === wanted) resolve();
    });
  });
  await controller.permitJoin(254);
  await all;
  await controller.permitJoin(0);
  const coordinator = controller.getDevicesByType("Coordinator")[0]?.getEndpoint(1);
  if (coordinator === undefined) throw new Error("no coordinator");
  for (const device of controller.getDevicesIterator()) {
    if (device.type === "Coordinator") continue;
    const endpoint = device.getEndpoint(1);
    await endpoint?.bind("closuresDoorLock", coordinator);
    await endpoint?.configureReporting("closuresDoorLock", [
      {
        attribute: "lockState",
        minimumReportInterval: 0,
        maximumReportInterval: 3_600,
        reportableChange: 0,
      },
    ]);
  }
  return {};
}

/** One setPinCode, timed from the call. */
async function command(fields: Fields): Promise<Fields> {
  const endpoint = controller.getDeviceByIeeeAddr(`0x${String(fields["ieee"])}`)?.getEndpoint(1);
  if (endpoint === undefined) throw new Error("no such lock");
  const atNs = nowNs();
  await endpoint.command("closuresDoorLock", "setPinCode", {
    userid: Number(fields["userId"]),
    userstatus: 1,
    usertype: 0,
    pincodevalue: Buffer.from(String(fields["code"]), "latin1"),
  });
  return { atNs };
}

async function stop(): Promise<Fields> {
  await controller.stop();
  return {};
}
