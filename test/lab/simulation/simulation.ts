import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { StoreFailure } from "../../../daemon/store/store-failure.ts";
import { HostileBroker } from "./adversary/hostile-line.ts";
import { RadioAdversary } from "./adversary/radio-adversary.ts";
import { Checks } from "./checks/checks.ts";
import { Findings, rules } from "./checks/findings.ts";
import { PlainCodes } from "./checks/plain-codes.ts";
import { Settled } from "./checks/quiet-state.ts";
import type { SimulationOptions, SimulationResult } from "./checks/result.ts";
import { ServedTime } from "./checks/served-time.ts";
import { lockKinds } from "./field/lock-kinds.ts";
import { type Ground, quiet, type RunningGateway, startGateway } from "./gateway.ts";
import { House } from "./house.ts";
import { Calendar } from "./life/calendar.ts";
import { Cloud } from "./life/cloud.ts";
import { CloudLine } from "./life/cloud-line.ts";
import { Life } from "./life/life.ts";
import { People } from "./life/people.ts";
import { Random } from "./life/random.ts";
import { TimeSources } from "./life/time-sources.ts";
import { Weather } from "./life/weather.ts";
import { loseNewest } from "./torn-write.ts";
import { VirtualTime } from "./virtual-time.ts";

const memoryFolder = "/dev/shm";
const secondMs = 1_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Before the turns of the clocks in Europe and America, in autumn and in spring. */
const beginnings = [
  Date.UTC(2026, 8, 20, 6),
  Date.UTC(2026, 9, 22, 17),
  Date.UTC(2027, 2, 25, 11),
  Date.UTC(2026, 9, 29, 3),
  Date.UTC(2027, 2, 11, 22),
] as const;
/** After so long everything has to be settled. */
const stretchDays = 10;
/** Commands about one lock. */
const usualCommandsPerDay = 6;
/** Mutation `losesCommit`. */
const lostBytes = 1_500;
const checkEveryMs = 30 * secondMs;
/** Of the deaths of the process: else the machine runs on, and the time with it. */
const powerCutChance = 0.35;
const oddMultiplier = 7_919;

/** One gateway's months, in virtual time, from a seed. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const directory = await mkdtemp(join(options.directory ?? homeOfStores(), "latchd-simulation-"));
  try {
    return await new Simulation(options, directory).run();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Nothing here depends on a disk's pace. */
function homeOfStores(): string {
  return existsSync(memoryFolder) ? memoryFolder : tmpdir();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #beginMs: number;
  readonly #directory: string;
  readonly #time: VirtualTime;
  readonly #calendar: Calendar;
  readonly #plainCodes: PlainCodes;
  readonly #settled: Settled;
  readonly #random: Random;
  readonly #house: House;
  readonly #findings = new Findings();
  readonly #cloud: Cloud;
  readonly #people: People;
  readonly #weather: Weather;
  readonly #checks: Checks;
  readonly #ground: Ground;
  readonly #sources: TimeSources;
  readonly #servedTime: ServedTime;
  readonly #place = { timeZone: "Europe/Berlin" };
  readonly #ends = new Map<string, number>();
  #gateway: RunningGateway | null = null;
  #hostile: HostileBroker | null = null;
  #hostileRadio: RadioAdversary | null = null;
  #isStartDue = true;
  #isCheckDue = false;
  #trace = 0;

  constructor(options: SimulationOptions, directory: string) {
    const { seed, days, locks } = options;
    this.#options = options;
    this.#directory = join(directory, "store");
    this.#random = new Random(seed);
    this.#beginMs = beginnings[Math.abs(seed) % beginnings.length] ?? beginnings[0];
    this.#time = new VirtualTime(this.#beginMs);
    this.#calendar = new Calendar(this.#beginMs, days, stretchDays);
    this.#house = new House(this.#time, this.#random.fork(), options.mutation);
    for (let number = 1; number <= locks; number += 1) {
      const kind = lockKinds[(number + Math.abs(seed) * 5) % lockKinds.length];
      if (kind !== undefined) this.#house.add(number, kind);
    }
    this.#house.note = (line) => this.#note(line);
    this.#house.onRestless = ({ lock }) =>
      this.#findings.add("restless", `${lock.id} (${lock.kind.name})`);
    this.#plainCodes = new PlainCodes(this.#findings);
    this.#cloud = new Cloud(this.#house, this.#findings, this.#plainCodes);
    const parts = {
      house: this.#house,
      cloud: this.#cloud,
      calendar: this.#calendar,
      plainCodes: this.#plainCodes,
      place: this.#place,
      gateway: () => this.#gateway,
    };
    this.#people = new People({
      ...parts,
      random: this.#random.fork(),
      commandsPerDay: options.commandsPerDay ?? usualCommandsPerDay,
    });
    this.#weather = new Weather({ ...parts, random: this.#random.fork() });
    this.#sources = this.#timeSources();
    this.#servedTime = new ServedTime({
      time: this.#time,
      sources: this.#sources,
      findings: this.#findings,
      note: (line) => this.#note(line),
    });
    this.#weather.onCalm = () => this.#sources.calm();
    this.#cloud.onSetBack = () => {
      this.#servedTime.told += 1;
    };
    this.#weather.onClockLost = (placement) => this.#people.askTime(placement);
    this.#cloud.books.onRemoved = (lock) => this.#weather.readmit(this.#house.placement(lock));
    this.#checks = new Checks(this.#house, this.#cloud, this.#findings);
    this.#checks.servedTime = this.#servedTime;
    this.#settled = new Settled(this.#house, this.#cloud, this.#findings);
    this.#settled.areTwoSources = this.#sources.areTwo;
    this.#ground = this.#makeGround();
  }

  #timeSources(): TimeSources {
    const { mutation, adversaries = [] } = this.#options;
    const seed = Math.abs(this.#options.seed);
    return new TimeSources({
      time: this.#time,
      random: this.#random.fork(),
      calendar: this.#calendar,
      trust: seed % 5 === 4 ? "system" : "ntp",
      // Whoever means harm on the broker keeps the cloud's answers back.
      hasCloud: seed % 3 !== 0 && !adversaries.includes("broker"),
      mutation,
      gateway: () => this.#gateway,
      note: (line) => this.#note(line),
    });
  }

  #makeGround(): Ground {
    let ids = 0;
    const time = this.#time;
    return {
      directory: this.#directory,
      masterKey: new MasterKey(Buffer.alloc(32, 7)),
      house: this.#house,
      random: this.#random.fork(),
      machine: { ...this.#sources.machine, monotonicMs: () => time.nowMs - this.#beginMs },
      trust: this.#sources.trust,
      buildMs: this.#beginMs - 30 * dayMs,
      timeZone: () => this.#place.timeZone,
      print: (text) => this.#plainCodes.look(text, "the log"),
      witness: (placement, operation) => {
        if (this.#gateway !== null) this.#checks.sent(this.#gateway, placement, operation);
      },
      newId: () => {
        ids += 1;
        return `id ${ids}`;
      },
      randomDigits: (count) => {
        ids += 1;
        return String(ids * 7_919)
          .padStart(count, "0")
          .slice(-count);
      },
      onFault: (text, cause) => this.#findings.add("faults", `${text}: ${String(cause)}`),
    };
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

  /** Somebody on the broker means harm. @returns null = nobody does */
  async #openLine(): Promise<CloudLine | null> {
    const { adversaries = [], isUnprotected = false } = this.#options;
    if (!adversaries.includes("broker")) return null;
    const line = await CloudLine.open(!isUnprotected);
    this.#hostile = new HostileBroker({
      line,
      cloud: this.#cloud,
      time: this.#time,
      random: this.#random.fork(),
      gateway: () => this.#gateway,
      freshCode: () => this.#people.freshCode(),
    });
    this.#cloud.hostileLine = this.#hostile;
    this.#hostile.begin([...this.#house.placements.keys()]);
    return line;
  }

  #beginRadio(): void {
    const { adversaries = [], isUnprotected = false } = this.#options;
    if (!adversaries.includes("radio")) return;
    this.#hostileRadio = new RadioAdversary({
      house: this.#house,
      random: this.#random.fork(),
      calendar: this.#calendar,
      tell: (act) => this.#gateway?.radio.tell(act),
      freshCode: () => this.#people.freshCode(),
      hasKey: isUnprotected,
    });
    this.#hostileRadio.begin();
  }

  async #runOver(): Promise<SimulationResult> {
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
    this.#sources.begin();
    this.#time.every(checkEveryMs, () => {
      this.#isCheckDue = true;
    });
    this.#time.every(hourMs, () => {
      if (this.#gateway !== null) this.#checks.looks(this.#gateway);
    });
    this.#time.every(dayMs, () => this.#options.onDay?.(this.#day()));
    for (const endMs of this.#calendar.endsMs) {
      while (this.#time.advance(endMs)) await this.#afterStep();
      if (this.#gateway === null) this.#findings.add("notSettled", "no gateway runs");
      else this.#settled.check(this.#gateway);
    }
    this.#cloud.close();
    await this.#gateway?.store.close();
    await this.#plainCodes.lookInFiles(this.#directory);
    return this.#result();
  }

  #day(): number {
    return Math.round((this.#time.nowMs - this.#beginMs) / dayMs);
  }

  async #afterStep(): Promise<void> {
    this.#findings.step += 1;
    this.#findings.atMs = this.#time.nowMs;
    await this.#hostile?.settled();
    if (this.#isStartDue) await this.#start();
    const gateway = this.#gateway;
    if (gateway === null) return;
    do {
      await this.#hostile?.settled();
      await quiet(gateway);
      if (gateway.life.isOver) {
        await this.#bury(gateway);
        return;
      }
      // What it reads may have it send more, which must be on its way before time moves on.
      await this.#cloud.read(gateway);
    } while (this.#hostile?.isBusy === true);
    this.#check(gateway);
  }

  #check(gateway: RunningGateway): void {
    const { touched, placements } = this.#house;
    if (this.#isCheckDue) {
      this.#isCheckDue = false;
      this.#servedTime.look(gateway);
      for (const lock of placements.keys()) this.#checks.lock(gateway, lock);
      if (this.#hostileRadio !== null) this.#checks.intruders(gateway, this.#hostileRadio);
    } else {
      for (const lock of touched) this.#checks.lock(gateway, lock);
    }
    for (const lock of touched) this.#checks.revisions(gateway, lock);
    touched.clear();
  }

  async #start(): Promise<void> {
    this.#isStartDue = false;
    this.#house.troubleAll();
    this.#weather.damageNetworkFile();
    this.#checks.restarted();
    this.#servedTime.restarted();
    const gateway = await this.#startNow();
    if (gateway === null) return;
    this.#gateway = gateway;
    this.#note("start");
    await quiet(gateway);
    await this.#cloud.compare(gateway);
    await this.#cloud.read(gateway);
    this.#cloud.redeliver(gateway);
  }

  /** @returns null when the store is not what it was: then there is nothing to go on with. */
  async #startNow(): Promise<RunningGateway | null> {
    try {
      return await startGateway(this.#ground, new Life(this.#time));
    } catch (cause) {
      if (!(cause instanceof StoreFailure)) throw cause;
      this.#findings.add("journalBroken", `the store does not open: ${cause.message}`);
      return null;
    }
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
    gateway.store.torn?.tear(this.#random);
    if (this.#options.mutation === "losesCommit") loseNewest(this.#directory, lostBytes);
    await this.#plainCodes.lookInFiles(this.#directory);
    const isPowerCut = this.#random.chance(powerCutChance);
    if (isPowerCut) this.#sources.powerCut();
    const isLong = isPowerCut || this.#options.mutation === "hidesEdits";
    const downMs = isLong ? this.#random.waitMs(hourMs) : this.#random.integer(500, 60_000);
    if (isLong) this.#people.editUnheard(downMs);
    this.#time.after(downMs, () => {
      this.#isStartDue = true;
    });
  }

  #note(line: string): void {
    const dated = `${new Date(this.#time.nowMs).toISOString()} ${line}`;
    this.#options.onTrace?.(dated);
    this.#findings.note(dated);
    let fold = this.#trace ^ this.#time.nowMs;
    for (let at = 0; at < line.length; at += 1) {
      fold = (Math.imul(fold, oddMultiplier) + line.charCodeAt(at)) | 0;
    }
    this.#trace = fold;
  }

  #remoteMoves(): number {
    let moves = 0;
    for (const { lock } of this.#house.placements.values()) moves += lock.remoteMoves;
    return moves;
  }

  #result(): SimulationResult {
    return {
      counts: rules.map(({ rule, text }) => ({ rule, text, count: this.#findings.count(rule) })),
      findings: this.#findings.kept,
      steps: this.#findings.step,
      days: this.#options.days,
      commands: this.#cloud.commands,
      accepted: this.#cloud.accepted,
      done: this.#cloud.done,
      opened: this.#people.openings + this.#remoteMoves(),
      openings: this.#cloud.books.openings,
      toldWrongly: this.#house.toldWrongly,
      writes: this.#checks.writes,
      frames: this.#house.frames,
      confirmedMs: {
        grant: this.#cloud.books.confirmedMs.grant.toSorted((a, b) => a - b),
        revocation: this.#cloud.books.confirmedMs.revocation.toSorted((a, b) => a - b),
      },
      faults: new Map([...this.#weather.faults, ...this.#sources.faults]),
      harm: new Map([
        ...(this.#hostile?.adversary.acts ?? []),
        ...(this.#hostileRadio?.acts ?? []),
      ]),
      ends: this.#ends,
      trace: (this.#trace >>> 0).toString(16).padStart(8, "0"),
    };
  }
}
