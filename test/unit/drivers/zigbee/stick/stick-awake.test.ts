import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { SimulatedHouse } from "../../../../../drivers/simulated/house.ts";
import { ZigbeeDriver } from "../../../../../drivers/zigbee/zigbee-driver.ts";
import { ListenerRecord, LogRecord } from "../../../../support/radio/zigbee-rig.ts";
import { within } from "../../../../support/within.ts";

/** The byte that calls a stick out of its bootloader; a frame of the MT API begins with 0xFE. */
const bootloaderCall = 0xef;

/** A TCP line that writes down what each connection says to the stick. */
class RecordedLine {
  readonly said: Buffer[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  /** @param stickPort null = a stick that never says a word */
  constructor(stickPort: number | null) {
    this.#server = createServer((host) => {
      const connection = this.said.push(Buffer.alloc(0)) - 1;
      this.#keep(host);
      host.on("data", (bytes: Buffer) => {
        this.said[connection] = Buffer.concat([this.said[connection] ?? Buffer.alloc(0), bytes]);
      });
      if (stickPort === null) return;
      const stick = connect({ host: "127.0.0.1", port: stickPort });
      this.#keep(stick);
      host.pipe(stick).pipe(host);
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    assert.ok(typeof address === "object" && address !== null);
    return `tcp://127.0.0.1:${address.port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
  }
}

describe("herdsman's call to leave a bootloader", { timeout: 120_000 }, () => {
  const house = new SimulatedHouse();
  let stickPort = 0;
  let folder = "";

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-awake-"));
    house.open();
    ({ port: stickPort } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 }));
  });
  after(async () => {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const driverOn = (path: string) =>
    new ZigbeeDriver({
      stick: { path, baudRateBps: 115_200, rtscts: false },
      directory: join(folder, "zigbee"),
      channel: 15,
      getTime: () => ({ unixSeconds: 0, isTrusted: false, zoneSeconds: 0, dst: null }),
      logger: new LogRecord(),
    });

  it("is left out on TCP where the stick has just answered", async () => {
    const line = new RecordedLine(stickPort);
    const driver = driverOn(await line.listen());
    const listener = new ListenerRecord();
    await driver.start(listener, []);
    await listener.radioBecomes("online");
    const [probe, session, ...others] = line.said;
    assert.equal(others.length, 0);
    assert.equal(probe?.[0], 0xfe);
    assert.equal(session?.[0], 0xfe);
    await driver.stop();
    line.close();
  });

  it("is made where it has not: it may be in its bootloader", async () => {
    const line = new RecordedLine(null);
    const driver = driverOn(await line.listen());
    await driver.start(new ListenerRecord(), []);
    await within(60_000, "herdsman's first byte", async () => {
      while ((line.said[1]?.length ?? 0) === 0) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    assert.equal(line.said[1]?.[0], bootloaderCall);
    line.close();
    await driver.stop();
  });
});
