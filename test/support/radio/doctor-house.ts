import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "../../../daemon/base/json.ts";
import { runProgram } from "../../../daemon/cli/program.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { healthParts } from "../../../daemon/core/model/gateway/health.ts";
import { type LockOptions, SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { TestBroker } from "../cloud/broker.ts";
import { type Answer, post } from "../rest/rest-client.ts";
import { type DaemonOptions, DaemonProcess, getOverSocket } from "../rigs/daemon-process.ts";
import { within } from "../within.ts";

const limitMs = 90_000;
const asRoot = process.getuid?.() === 0 ? [] : ["sudo"];

/** The real daemon with a stick, a broker and a disk of its own, as `latchctl doctor` sees it. */
export class DoctorHouse {
  readonly house = new SimulatedHouse();
  readonly folder = mkdtempSync(join(tmpdir(), "latchd-doctor-"));
  readonly disk = join(this.folder, "disk");
  readonly data = join(this.disk, "data");
  readonly socketPath = join(this.folder, "latchd.sock");
  #stickPort = 0;
  #broker: TestBroker | null = null;
  #daemon: DaemonProcess | null = null;

  static async start(): Promise<DoctorHouse> {
    const rig = new DoctorHouse();
    mkdirSync(rig.disk);
    const owner = `uid=${process.getuid?.() ?? 0},mode=700`;
    run("mount", "-t", "tmpfs", "-o", `size=1g,${owner}`, "latchd", rig.disk);
    rig.house.open();
    rig.#stickPort = (await rig.house.stick.listenTcp({ host: "127.0.0.1", port: 0 })).port;
    rig.#broker = await TestBroker.start();
    await rig.startDaemon();
    return rig;
  }

  get broker(): TestBroker {
    assert.ok(this.#broker !== null, "the rig is started");
    return this.#broker;
  }

  /** Sets how many bytes of the disk are free. Without a number there is room again. */
  setFree(bytes?: number): void {
    if (bytes === undefined) {
      run("mount", "-o", "remount,size=1g", this.disk);
      return;
    }
    const used = execFileSync("df", ["--output=used", "-B1", this.disk]).toString().split("\n")[1];
    run("mount", "-o", `remount,size=${Number(used) + bytes}`, this.disk);
  }

  /** Starts the daemon on the rig's data, with more in its configuration. */
  async startDaemon(
    more: object = {},
    options: Pick<DaemonOptions, "machine"> = {},
  ): Promise<void> {
    this.#daemon = new DaemonProcess({
      ...options,
      configFile: join(this.folder, "latchd.yaml"),
      config: {
        gateway: { id: "gw-1" },
        data_dir: this.data,
        stick: { path: `tcp://127.0.0.1:${this.#stickPort}` },
        cloud: { url: this.broker.url, protocol: "3.1.1", reconnect: { min_ms: 100, max_ms: 500 } },
        api: { port: false, socket: this.socketPath },
        clock: { trust: "system" },
        locks: { deadline_ms: 3_000 },
        passwords: { refuse_trivial: false },
        callbacks: { allow_http: true, allow_private: true },
        ...more,
      },
    });
    await this.#daemon.start();
  }

  get logLines(): readonly string[] {
    return this.#daemon?.logLines ?? [];
  }

  async stopDaemon(): Promise<void> {
    await this.#daemon?.stop();
  }

  /** One call over the unix socket, which must succeed. */
  async must(name: string, params: object = {}): Promise<Answer["body"]> {
    const { body } = await post({ socketPath: this.socketPath }, `/openapi/v1/${name}`, params);
    assert.equal(body.ErrNo, 0, `${name}: ${body.ErrMsg}`);
    return body;
  }

  async pair(options: LockOptions, prepare?: (lock: VirtualLock) => void): Promise<VirtualLock> {
    const lock = this.house.addLock(options);
    prepare?.(lock);
    await this.until("the stick to be online", async () => {
      return (await this.must("get_stick"))["state"] === "online";
    });
    await this.must("permit_join", { seconds: 120 });
    assert.equal(this.house.join(lock), null);
    await this.until("the lock to be paired", async () => {
      return JSON.stringify(await this.must("list_locks")).includes(lock.ieee);
    });
    await this.must("permit_join", { seconds: 0 });
    return lock;
  }

  /** Runs latchctl as a script does. @returns what it prints */
  async latchctl(...args: readonly string[]): Promise<string> {
    let text = "";
    await runProgram(commands, ["--json", ...args], {
      env: { LATCHD_SOCKET: this.socketPath },
      isInteractive: false,
      out: (part) => {
        text += part;
      },
      error: () => undefined,
      readInput: () => Promise.resolve(""),
    });
    return text;
  }

  /** Runs `latchctl doctor` as a script does. @returns what it found that is not in order */
  async faults(): Promise<readonly JsonObject[]> {
    const text = await this.latchctl("doctor");
    const { findings } = JSON.parse(text);
    assert.ok(Array.isArray(findings));
    return findings.filter(isJsonObject).filter(({ state }) => state !== "ok");
  }

  /** Returns the parts that are not `ok` in the report of the health. */
  async unhealthyParts(): Promise<readonly string[]> {
    const health = await getOverSocket(this.socketPath, "/api/health");
    const text = JSON.stringify(health);
    return healthParts.filter((part) => !text.includes(`"${part}":{"state":"ok"`));
  }

  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    await within(limitMs, what, async () => {
      while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 200));
    });
  }

  async close(): Promise<void> {
    await this.#daemon?.kill();
    await this.#broker?.stop();
    await this.house.close();
    run("umount", this.disk);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function run(...words: readonly string[]): void {
  const [program = "", ...rest] = [...asRoot, ...words];
  execFileSync(program, rest, { stdio: "pipe" });
}
