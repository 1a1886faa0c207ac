import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { StoreFailure } from "../../../daemon/store/store-failure.ts";
import { memoryFolder } from "../../support/memory-folder.ts";
import { HostileBroker } from "./adversary/hostile-line.ts";
import { RadioAdversary } from "./adversary/radio-adversary.ts";
import { rules } from "./checks/findings.ts";
import type { SimulationOptions, SimulationResult } from "./checks/result.ts";
import { quiet, type RunningGateway, startGateway } from "./gateway.ts";
import { CloudLine } from "./life/cloud-line.ts";
import { Life } from "./life/life.ts";
import { SimulatedWorld } from "./simulated-world.ts";
import { loseNewest } from "./torn-write.ts";

const secondMs = 1_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Mutation `losesCommit`. */
const lostBytes = 1_500;
const checkEveryMs = 30 * secondMs;
/** Of the deaths of the process: else the machine runs on, and the time with it. */
const powerCutChance = 0.35;

/** One gateway's months, in virtual time, from a seed. Nothing in it depends on the speed of a disk. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const directory = await mkdtemp(join(options.directory ?? memoryFolder(), "latchd-simulation-"));
  try {
    return await new Simulation(options, directory).run();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #world: SimulatedWorld;
  readonly #ends = new Map<string, number>();
  #hostile: HostileBroker | null = null;
  #hostileRadio: RadioAdversary | null = null;
  #isStartDue = true;
  #isCheckDue = false;

  constructor(options: SimulationOptions, directory: string) {
    this.#options = options;
    this.#world = new SimulatedWorld(options, join(directory, "store"));
  }

  async run(): Promise<SimulationResult> {
    const line = await this.#openLine();
    this.#beginRadio();
    try {
      return await this.#runOver();
    } finally {
      await line?.close();
    }
  }

  /** Creates the adversary on the broker. @returns null if the run has none */
  async #openLine(): Promise<CloudLine | null> {
    const { adversaries = [], isUnprotected = false } = this.#options;
    if (!adversaries.includes("broker")) return null;
    const line = await CloudLine.open(!isUnprotected);
    this.#hostile = new HostileBroker({
      line,
      cloud: this.#world.cloud,
      time: this.#world.time,
      random: this.#world.random.fork(),
      gateway: () => this.#world.gateway,
      freshCode: () => this.#world.people.freshCode(),
    });
    this.#world.cloud.hostileLine = this.#hostile;
    this.#hostile.begin([...this.#world.house.placements.keys()]);
    return line;
  }

  #beginRadio(): void {
    const { adversaries = [], isUnprotected = false } = this.#options;
    if (!adversaries.includes("radio")) return;
    this.#hostileRadio = new RadioAdversary({
      house: this.#world.house,
      random: this.#world.random.fork(),
      calendar: this.#world.calendar,
      tell: (act) => this.#world.gateway?.radio.tell(act),
      freshCode: () => this.#world.people.freshCode(),
      hasKey: isUnprotected,
    });
    this.#hostileRadio.begin();
  }

  async #runOver(): Promise<SimulationResult> {
    let delayMs = 10 * secondMs;
    for (const placement of this.#world.house.placements.values()) {
      this.#world.people.furnish(placement);
      this.#world.time.after(delayMs, () => {
        this.#world.weather.join(placement);
        this.#world.people.live(placement);
      });
      delayMs += 20 * secondMs;
    }
    // A seed that shows a mutation belongs to people without grants.
    if (this.#options.mutation === undefined) this.#world.grantPeople.begin();
    this.#world.weather.begin();
    this.#world.sources.begin();
    this.#world.time.every(checkEveryMs, () => {
      this.#isCheckDue = true;
    });
    this.#world.time.every(hourMs, () => {
      if (this.#world.gateway !== null) this.#world.checks.looks(this.#world.gateway);
    });
    this.#world.time.every(dayMs, () => this.#options.onDay?.(this.#day()));
    for (const endMs of this.#world.calendar.endsMs) {
      while (this.#world.time.advance(endMs)) await this.#afterStep();
      if (this.#world.gateway === null) this.#world.findings.add("notSettled", "no gateway runs");
      else this.#world.settled.check(this.#world.gateway);
    }
    this.#world.cloud.close();
    await this.#world.gateway?.store.close();
    await this.#world.plainCodes.lookInFiles(this.#world.directory);
    return this.#result();
  }

  #day(): number {
    return Math.round((this.#world.time.nowMs - this.#world.beginMs) / dayMs);
  }

  async #afterStep(): Promise<void> {
    this.#world.findings.step += 1;
    this.#world.findings.atMs = this.#world.time.nowMs;
    await this.#hostile?.settled();
    if (this.#isStartDue) await this.#start();
    const gateway = this.#world.gateway;
    if (gateway === null) return;
    do {
      await this.#hostile?.settled();
      await quiet(gateway);
      if (gateway.life.isOver) {
        await this.#bury(gateway);
        return;
      }
      // What it reads may have it send more, which must be on its way before time moves on.
      await this.#world.cloud.read(gateway);
    } while (this.#hostile?.isBusy === true);
    this.#check(gateway);
  }

  #check(gateway: RunningGateway): void {
    const { touched, placements } = this.#world.house;
    if (this.#isCheckDue) {
      this.#isCheckDue = false;
      this.#world.servedTime.look(gateway);
      for (const lock of placements.keys()) this.#world.checks.lock(gateway, lock);
      this.#world.grantChecks.look(gateway);
      if (this.#hostileRadio !== null) this.#world.checks.intruders(gateway, this.#hostileRadio);
    } else {
      for (const lock of touched) this.#world.checks.lock(gateway, lock);
    }
    for (const lock of touched) this.#world.checks.revisions(gateway, lock);
    touched.clear();
  }

  async #start(): Promise<void> {
    this.#isStartDue = false;
    this.#world.house.troubleAll();
    this.#world.weather.damageNetworkFile();
    this.#world.checks.restarted();
    this.#world.servedTime.restarted();
    const gateway = await this.#startNow();
    if (gateway === null) return;
    this.#world.gateway = gateway;
    this.#world.trace.note("start");
    await quiet(gateway);
    await this.#world.cloud.compare(gateway);
    await this.#world.cloud.read(gateway);
    this.#world.cloud.redeliver(gateway);
  }

  /** @returns null if the store lost something, after which the run cannot continue */
  async #startNow(): Promise<RunningGateway | null> {
    try {
      return await startGateway(this.#world.ground, new Life(this.#world.time));
    } catch (cause) {
      if (!(cause instanceof StoreFailure)) throw cause;
      this.#world.findings.add("journalBroken", `the store does not open: ${cause.message}`);
      return null;
    }
  }

  /** The process is dead: its folder is free, and after a while it is started again. */
  async #bury(gateway: RunningGateway): Promise<void> {
    const end = gateway.life.end ?? "at rest";
    this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1);
    this.#world.trace.note(`end ${end}`);
    this.#world.gateway = null;
    this.#world.house.receiver = null;
    this.#world.house.troubleAll();
    await gateway.store.close();
    gateway.store.torn?.tear(this.#world.random);
    if (this.#options.mutation === "losesCommit") loseNewest(this.#world.directory, lostBytes);
    await this.#world.plainCodes.lookInFiles(this.#world.directory);
    const isPowerCut = this.#world.random.chance(powerCutChance);
    if (isPowerCut) this.#world.sources.powerCut();
    const isLong = isPowerCut || this.#options.mutation === "hidesEdits";
    const downMs = isLong
      ? this.#world.random.waitMs(hourMs)
      : this.#world.random.integer(500, 60_000);
    if (isLong) this.#world.people.editUnheard(downMs);
    this.#world.time.after(downMs, () => {
      this.#isStartDue = true;
    });
  }

  #remoteMoves(): number {
    let moves = 0;
    for (const { lock } of this.#world.house.placements.values()) moves += lock.remoteMoves;
    return moves;
  }

  #result(): SimulationResult {
    return {
      counts: rules.map(({ rule, text }) => ({
        rule,
        text,
        count: this.#world.findings.count(rule),
      })),
      findings: this.#world.findings.kept,
      steps: this.#world.findings.step,
      days: this.#options.days,
      commands: this.#world.cloud.commands,
      accepted: this.#world.cloud.accepted,
      done: this.#world.cloud.done,
      opened: this.#world.people.openings + this.#remoteMoves(),
      openings: this.#world.cloud.books.openings,
      wrongReports: this.#world.house.wrongReports,
      writes: this.#world.sentOperations.writes,
      frames: this.#world.house.frames,
      confirmedMs: {
        grant: this.#world.cloud.books.confirmedMs.grant.toSorted((a, b) => a - b),
        revocation: this.#world.cloud.books.confirmedMs.revocation.toSorted((a, b) => a - b),
      },
      faults: new Map([...this.#world.weather.faults, ...this.#world.sources.faults]),
      harm: new Map([
        ...(this.#hostile?.adversary.acts ?? []),
        ...(this.#hostileRadio?.acts ?? []),
      ]),
      ends: this.#ends,
      trace: this.#world.trace.digest,
    };
  }
}
