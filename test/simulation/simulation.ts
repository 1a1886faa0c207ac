import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MasterKey } from "../../daemon/store/master-key.ts";
import { Checks } from "./checks.ts";
import { Cloud } from "./cloud.ts";
import { type Finding, Findings, type Rule, rules } from "./findings.ts";
import { type Ground, quiet, type RunningGateway, startGateway } from "./gateway.ts";
import { House } from "./house.ts";
import { Life } from "./life.ts";
import { lockKinds } from "./lock-kinds.ts";
import { People } from "./people.ts";
import { Random } from "./random.ts";
import { VirtualTime } from "./virtual-time.ts";
import { type MachineClock, Weather } from "./weather.ts";

const secondMs = 1_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Into a DST change of Europe and one of America. */
const beginningMs = Date.UTC(2026, 8, 20, 6);
/** At the end all is well for so long, so that everything can come to its end. */
const calmForMs = 6 * hourMs;
const checkEveryMs = 30 * secondMs;
const oddMultiplier = 7_919;

export interface SimulationOptions {
  readonly seed: number;
  readonly days: number;
  readonly locks: number;
  /** Where the store's folder is made; the system's folder for temporary files unless given. */
  readonly directory?: string;
  onDay?(day: number): void;
  /** One line for everything that goes through the radio. */
  onTrace?(line: string): void;
}

export interface SimulationResult {
  readonly counts: readonly {
    readonly rule: Rule;
    readonly text: string;
    readonly count: number;
  }[];
  readonly findings: readonly Finding[];
  readonly steps: number;
  readonly days: number;
  readonly commands: number;
  readonly accepted: number;
  readonly openings: number;
  readonly writes: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly ends: ReadonlyMap<string, number>;
  /** The same for the same seed: a fold over everything that went through the radio. */
  readonly trace: string;
}

/** One gateway's months, in virtual time, from a seed. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), "latchd-simulation-"));
  try {
    return await new Simulation(options, directory).run();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #time = new VirtualTime(beginningMs);
  readonly #random: Random;
  readonly #house: House;
  readonly #findings = new Findings();
  readonly #cloud: Cloud;
  readonly #people: People;
  readonly #weather: Weather;
  readonly #checks: Checks;
  readonly #ground: Ground;
  readonly #clock: MachineClock = { offsetMs: 0, isSynchronized: true };
  readonly #endMs: number;
  readonly #ends = new Map<string, number>();
  #gateway: RunningGateway | null = null;
  #isStartDue = true;
  #isCheckDue = false;
  #trace = 0;

  constructor(options: SimulationOptions, directory: string) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#endMs = beginningMs + options.days * dayMs;
    this.#house = new House(this.#time, this.#random.fork());
    for (let number = 1; number <= options.locks; number += 1) {
      const kind = lockKinds[(number - 1) % lockKinds.length];
      if (kind !== undefined) this.#house.add(number, kind);
    }
    this.#house.note = (line) => this.#note(line);
    this.#cloud = new Cloud(this.#house, this.#findings);
    const gateway = () => this.#gateway;
    const { house, cloud } = { house: this.#house, cloud: this.#cloud };
    this.#people = new People({ house, cloud, random: this.#random.fork(), gateway });
    this.#weather = new Weather({
      house,
      random: this.#random.fork(),
      clock: this.#clock,
      gateway,
      calmMs: this.#endMs - calmForMs,
    });
    this.#checks = new Checks(house, cloud, this.#findings);
    this.#ground = this.#makeGround(directory);
  }

  #makeGround(directory: string): Ground {
    let ids = 0;
    const time = this.#time;
    const clock = this.#clock;
    return {
      directory: join(directory, "store"),
      masterKey: new MasterKey(Buffer.alloc(32, 7)),
      house: this.#house,
      random: this.#random.fork(),
      machine: {
        systemMs: () => time.nowMs + clock.offsetMs,
        monotonicMs: () => time.nowMs - beginningMs,
        isSynchronized: async () => clock.isSynchronized,
      },
      buildMs: beginningMs - 30 * dayMs,
      witness: (placement, operation) => {
        if (this.#gateway !== null) this.#checks.sent(this.#gateway, placement, operation);
      },
      newId: () => {
        ids += 1;
        return `id ${ids}`;
      },
      onFault: (text, cause) => this.#findings.add("faults", `${text}: ${String(cause)}`),
    };
  }

  async run(): Promise<SimulationResult> {
    let delayMs = 10 * secondMs;
    for (const placement of this.#house.placements.values()) {
      this.#people.furnish(placement);
      this.#time.after(delayMs, () => {
        this.#weather.join(placement);
        this.#people.live(placement);
      });
      delayMs += 20 * secondMs;
    }
    this.#weather.begin();
    this.#time.every(checkEveryMs, () => {
      this.#isCheckDue = true;
    });
    this.#time.every(dayMs, () => this.#options.onDay?.(this.#day()));
    while (this.#time.advance(this.#endMs)) await this.#afterStep();
    this.#cloud.close();
    if (this.#gateway !== null) this.#checks.end(this.#gateway);
    await this.#gateway?.store.close();
    return this.#result();
  }

  #day(): number {
    return Math.round((this.#time.nowMs - beginningMs) / dayMs);
  }

  async #afterStep(): Promise<void> {
    this.#findings.step += 1;
    this.#findings.atMs = this.#time.nowMs;
    if (this.#isStartDue) await this.#start();
    const gateway = this.#gateway;
    if (gateway === null) return;
    await quiet(gateway);
    if (gateway.life.isOver) {
      await this.#bury(gateway);
      return;
    }
    await this.#cloud.read(gateway);
    this.#check(gateway);
  }

  #check(gateway: RunningGateway): void {
    const { touched, placements } = this.#house;
    if (this.#isCheckDue) {
      this.#isCheckDue = false;
      this.#checks.time(gateway, this.#weather.aheadMs);
      for (const lock of placements.keys()) this.#checks.lock(gateway, lock);
    } else {
      for (const lock of touched) this.#checks.lock(gateway, lock);
    }
    touched.clear();
  }

  async #start(): Promise<void> {
    this.#isStartDue = false;
    this.#house.troubleAll();
    this.#weather.endLies();
    this.#checks.restarted();
    const gateway = await startGateway(this.#ground, new Life(this.#time));
    this.#gateway = gateway;
    this.#note("start");
    await quiet(gateway);
    await this.#cloud.compare(gateway);
    await this.#cloud.read(gateway);
    this.#cloud.redeliver(gateway);
  }

  /** The process is dead: its folder is free, and after a while it is started again. */
  async #bury(gateway: RunningGateway): Promise<void> {
    const end = gateway.life.end ?? "at rest";
    this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1);
    this.#note(`end ${end}`);
    this.#gateway = null;
    this.#house.receiver = null;
    this.#house.troubleAll();
    await gateway.store.close();
    const isPowerCut = this.#random.chance(0.25);
    if (isPowerCut) this.#weather.powerCut();
    const downMs = isPowerCut ? this.#random.waitMs(hourMs) : this.#random.integer(500, 60_000);
    this.#time.after(downMs, () => {
      this.#isStartDue = true;
    });
  }

  #note(line: string): void {
    this.#options.onTrace?.(`${new Date(this.#time.nowMs).toISOString()} ${line}`);
    let fold = this.#trace ^ this.#time.nowMs;
    for (let at = 0; at < line.length; at += 1) {
      fold = (Math.imul(fold, oddMultiplier) + line.charCodeAt(at)) | 0;
    }
    this.#trace = fold;
  }

  #result(): SimulationResult {
    return {
      counts: rules.map(({ rule, text }) => ({ rule, text, count: this.#findings.count(rule) })),
      findings: this.#findings.kept,
      steps: this.#findings.step,
      days: this.#options.days,
      commands: this.#cloud.commands,
      accepted: this.#cloud.accepted,
      openings: this.#cloud.openings,
      writes: this.#checks.writes,
      faults: this.#weather.faults,
      ends: this.#ends,
      trace: (this.#trace >>> 0).toString(16).padStart(8, "0"),
    };
  }
}
