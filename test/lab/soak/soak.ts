import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { Cloud } from "../../support/cloud/cloud.ts";
import { DaemonProcess } from "../../support/rigs/daemon-process.ts";
import { Random } from "../simulation/life/random.ts";
import { CloudOfLock } from "./cloud-of-lock.ts";
import { CutLine } from "./cut-line.ts";
import type { SoakBroker, SoakPlan, SoakReport } from "./soak-plan.ts";

const gatewayId = "soak";
const doorCode = "918273";
const pairingLimitMs = 60_000;
const settleMs = 90_000;
/** The maximum number of openings ahead of the commands. */
const aheadEvents = 100;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Events and commands while everything between lock and cloud fails: at the end the cloud has every
 * record once by (epoch, seq) and without a hole, every opening at most once, and those that are missing
 * are counted, every command has one outcome, and the locks hold what the cloud wants. @throws when any of that is not so.
 */
export async function soak(broker: SoakBroker, plan: SoakPlan): Promise<SoakReport> {
  const folder = mkdtempSync(join(tmpdir(), "latchd-soak-"));
  const house = new SimulatedHouse();
  house.open();
  const line = await CutLine.to(broker.url);
  const cloud = await Cloud.connect({
    url: broker.url,
    acknowledges: true,
    fillsGaps: true,
    keep: 1_000_000,
  });
  const { port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
  const daemon = new DaemonProcess({
    configFile: join(folder, "latchd.yaml"),
    config: {
      gateway: { id: gatewayId },
      data_dir: join(folder, "data"),
      stick: { path: `tcp://127.0.0.1:${port}` },
      cloud: {
        url: line.url,
        protocol: "3.1.1",
        reconnect: { min_ms: 100, max_ms: 500, first_max_ms: 200 },
      },
      sync: { acknowledge: "cloud" },
      api: { port: false },
      clock: { trust: "system" },
      log: { level: "info", format: "json" },
    },
  });
  const run = new Soak({ plan, house, cloud, daemon, broker, line });
  try {
    return await run.go();
  } finally {
    run.stop();
    await daemon.kill();
    await cloud.close();
    await line.close();
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface SoakParts {
  readonly plan: SoakPlan;
  readonly house: SimulatedHouse;
  readonly cloud: Cloud;
  readonly daemon: DaemonProcess;
  readonly broker: SoakBroker;
  readonly line: CutLine;
}

class Soak {
  readonly #parts: SoakParts;
  readonly #random: Random;
  readonly #startedAtMs = performance.now();
  #isOver = false;
  #kills = 0;
  #brokerKills = 0;
  #cuts = 0;
  readonly #counted = { records: 0, openings: 0 };
  /** Openings at the locks. */
  #happened = 0;

  constructor(parts: SoakParts) {
    this.#parts = parts;
    this.#random = new Random(parts.plan.seed);
  }

  stop(): void {
    this.#isOver = true;
  }

  async go(): Promise<SoakReport> {
    const { plan, house } = this.#parts;
    await this.#pair();
    const share = Math.ceil(plan.commands / plan.locks);
    const clouds = house.locks().map((lock, index) => {
      const seed = plan.seed + index + 1;
      return new CloudOfLock(this.#parts.cloud, { gatewayId, uuid: uuidOf(lock), doorCode, seed });
    });
    const trouble = this.#makeTrouble(clouds, share);
    const people = this.#openDoors(clouds, share);
    await Promise.all(clouds.map((one) => one.send(share, () => this.#isLate())));
    await this.#enoughEvents();
    await trouble;
    this.#isOver = true;
    await people;
    return await this.#settle(clouds);
  }

  async #pair(): Promise<void> {
    const { plan, house, cloud, daemon } = this.#parts;
    await daemon.start();
    await cloud.online(gatewayId, pairingLimitMs);
    for (;;) {
      const reply = await cloud.command(gatewayId, "permit_join", { seconds: 254 });
      if (reply.ErrNo === 0) break;
      await pause(200);
    }
    for (let count = 0; count < plan.locks; count += 1) {
      const lock = house.addLock({ profile: "LATCH-ZCL-1" });
      const uuid = uuidOf(lock);
      await cloud.event(gatewayId, "lockPaired", (event) => event.uuid === uuid, pairingLimitMs);
      const params = { uuid, is_default: 1, password: doorCode };
      const { ErrNo } = await cloud.command(gatewayId, "add_password", params);
      assert.equal(ErrNo, 0);
    }
  }

  /** Kills are spread over the commands, so that each falls into work. */
  async #makeTrouble(clouds: readonly CloudOfLock[], share: number): Promise<void> {
    const { plan, daemon, broker, line } = this.#parts;
    const total = share * plan.locks;
    while (this.#kills < plan.kills && !this.#isLate()) {
      const done = clouds.reduce((sum, one) => sum + one.answered, 0);
      const isDue = done >= (total * this.#kills) / plan.kills || done >= total;
      if (!isDue) {
        await pause(50);
        continue;
      }
      const kind = this.#random.integer(0, 3);
      if (kind === 0) {
        this.#cuts += 1;
        line.cut();
        await pause(this.#random.integer(0, 600));
        line.mend();
      } else if (kind === 1) {
        this.#brokerKills += 1;
        await broker.kill();
        await pause(this.#random.integer(0, 400));
        await broker.restart();
      }
      await pause(this.#random.integer(0, 500));
      this.#kills += 1;
      await daemon.kill();
      await daemon.start();
    }
  }

  /** In step with the commands, so that replies do not wait behind thousands of openings. */
  async #openDoors(clouds: readonly CloudOfLock[], share: number): Promise<void> {
    const { plan, house } = this.#parts;
    const total = share * plan.locks;
    while (!this.#isOver) {
      const done = clouds.reduce((sum, one) => sum + one.answered, 0);
      if (this.#openings() < (plan.events * done) / total + aheadEvents) {
        for (const lock of house.locks()) {
          if (lock.keypad(doorCode) === "opened") this.#happened += 1;
        }
      }
      await pause(40);
    }
  }

  async #enoughEvents(): Promise<void> {
    while (this.#openings() < this.#parts.plan.events && !this.#isLate()) await pause(100);
  }

  #openings(): number {
    const { records } = this.#parts.cloud.gateway(gatewayId);
    for (const { fields } of records.slice(this.#counted.records)) {
      if (fields["event"] === "lockerOpenAlarm") this.#counted.openings += 1;
    }
    this.#counted.records = records.length;
    return this.#counted.openings;
  }

  #isLate(): boolean {
    return performance.now() - this.#startedAtMs > this.#parts.plan.limitMs;
  }

  async #settle(clouds: readonly CloudOfLock[]): Promise<SoakReport> {
    const { plan, house, cloud } = this.#parts;
    for (const [index, lock] of house.locks().entries()) {
      const wanted = clouds[index]?.wanted() ?? [];
      await eventually(`lock ${index} to hold ${wanted.join()}`, () => {
        return liveAt(lock).join() === wanted.join();
      });
    }
    const { records } = cloud.gateway(gatewayId);
    const unreported = () => this.#happened - this.#openings() - overwrittenIn(records);
    await eventually(
      "every opening to be reported, or counted as overwritten in its lock's log",
      () => {
        return unreported() <= 0;
      },
    );
    // What the broker lost at the journal's very end is shown by no later record: ask for it.
    const fence = await cloud.command(gatewayId, "list_locks", {}, { deadlineMs: settleMs });
    const view = cloud.gateway(gatewayId);
    if (view.head < fence.seq) await cloud.replay(gatewayId, view.head + 1);
    await cloud.upTo(gatewayId, fence.seq, settleMs);
    assert.deepEqual([view.gaps, view.malformed, view.epochs.length], [[], [], 1]);
    assert.equal(view.received, view.head, "every record once by (epoch, seq)");
    assert.ok(this.#openings() <= this.#happened, "no opening is reported twice");
    for (const one of clouds) one.checkOutcomes(view.records);
    const commands = clouds.reduce((sum, one) => sum + one.answered, 0);
    return {
      seed: plan.seed,
      seconds: Math.round((performance.now() - this.#startedAtMs) / 1000),
      events: this.#openings(),
      openings: this.#happened,
      overwritten: overwrittenIn(view.records),
      commands,
      refusedByLock: clouds.reduce((sum, one) => sum + one.refused, 0),
      records: view.received,
      repeats: view.repeats,
      daemonKills: this.#kills,
      brokerKills: this.#brokerKills,
      lineCuts: this.#cuts,
      isComplete:
        this.#openings() >= plan.events && commands >= plan.commands && this.#kills >= plan.kills,
    };
  }
}

function overwrittenIn(
  records: readonly { readonly fields: Readonly<Record<string, unknown>> }[],
): number {
  let count = 0;
  for (const { fields } of records) {
    const detail = fields["detail"] ?? fields;
    if (fields["event"] === "journalGap")
      count += Number(Reflect.get(Object(detail), "count") ?? 0);
  }
  return count;
}

function uuidOf(lock: VirtualLock): string {
  return `0x${lock.ieee}`;
}

/** The codes that open the lock now. */
function liveAt(lock: VirtualLock): string[] {
  const users = lock.users().filter(({ userStatus }) => userStatus === 1);
  return users.map(({ pinCode }) => pinCode.reveal()).sort();
}

async function eventually(what: string, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + settleMs;
  while (!isSo()) {
    assert(performance.now() < endMs, `waited in vain for ${what}`);
    await pause(50);
  }
}
