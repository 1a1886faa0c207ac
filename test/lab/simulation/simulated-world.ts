import { PinCode } from "../../../daemon/core/model/secret.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { Checks } from "./checks/checks.ts";
import { Findings } from "./checks/findings.ts";
import { PlainCodes } from "./checks/plain-codes.ts";
import { Settled } from "./checks/quiet-state.ts";
import type { SimulationOptions } from "./checks/result.ts";
import { SentOperations } from "./checks/sent-operations.ts";
import { ServedTime } from "./checks/served-time.ts";
import { lockKinds } from "./field/lock-kinds.ts";
import type { Ground, RunningGateway } from "./gateway.ts";
import { GrantChecks } from "./grants/grant-checks.ts";
import { GrantPeople } from "./grants/grant-people.ts";
import { House } from "./house.ts";
import { Calendar } from "./life/calendar.ts";
import { Cloud } from "./life/cloud.ts";
import { People } from "./life/people.ts";
import { Random } from "./life/random.ts";
import { TimeSources } from "./life/time-sources.ts";
import { Weather } from "./life/weather.ts";
import { Trace } from "./trace.ts";
import { VirtualTime } from "./virtual-time.ts";

const dayMs = 24 * 3_600_000;

/** Before the turns of the clocks in Europe and America, in autumn and in spring. */
const beginnings = [
  Date.UTC(2026, 8, 20, 6),
  Date.UTC(2026, 9, 22, 17),
  Date.UTC(2027, 2, 25, 11),
  Date.UTC(2026, 9, 29, 3),
  Date.UTC(2027, 2, 11, 22),
] as const;
/** The number of days after which everything must be in its desired state. */
const stretchDays = 10;
/** Commands about one lock. */
const usualCommandsPerDay = 6;

/** Everything around the gateway: its locks, its people, the cloud, the time, and the checks that watch it. */
export class SimulatedWorld {
  readonly beginMs: number;
  readonly directory: string;
  readonly time: VirtualTime;
  readonly calendar: Calendar;
  readonly findings = new Findings();
  readonly trace: Trace;
  readonly plainCodes = new PlainCodes(this.findings);
  readonly random: Random;
  readonly house: House;
  readonly cloud: Cloud;
  readonly people: People;
  readonly weather: Weather;
  readonly sources: TimeSources;
  readonly servedTime: ServedTime;
  readonly checks: Checks;
  readonly sentOperations: SentOperations;
  readonly settled: Settled;
  readonly grantPeople: GrantPeople;
  readonly grantChecks: GrantChecks;
  readonly #generator: Random;
  readonly ground: Ground;
  readonly #place = { timeZone: "Europe/Berlin" };
  gateway: RunningGateway | null = null;

  /** @param directory of the gateway's store */
  constructor(options: SimulationOptions, directory: string) {
    const { seed, days } = options;
    this.directory = directory;
    // Each part forks this source of chance, so that the sequence of the parts below belongs to the seed.
    this.random = new Random(seed);
    this.beginMs = beginnings[Math.abs(seed) % beginnings.length] ?? beginnings[0];
    this.time = new VirtualTime(this.beginMs);
    this.calendar = new Calendar(this.beginMs, days, stretchDays);
    this.trace = new Trace(this.time, (line) => {
      options.onTrace?.(line);
      this.findings.note(line);
    });
    this.house = this.#makeHouse(options);
    this.cloud = new Cloud(this.house, this.findings, this.plainCodes);
    const parts = {
      house: this.house,
      cloud: this.cloud,
      calendar: this.calendar,
      plainCodes: this.plainCodes,
      place: this.#place,
      gateway: () => this.gateway,
    };
    const commandsPerDay = options.commandsPerDay ?? usualCommandsPerDay;
    this.people = new People({ ...parts, random: this.random.fork(), commandsPerDay });
    this.weather = new Weather({ ...parts, random: this.random.fork() });
    this.sources = this.#timeSources(options);
    this.servedTime = new ServedTime({
      time: this.time,
      sources: this.sources,
      findings: this.findings,
      note: (line) => this.trace.note(line),
    });
    this.checks = new Checks(this.house, this.cloud, this.findings);
    this.sentOperations = new SentOperations(this);
    this.settled = new Settled(this.house, this.cloud, this.findings);
    this.settled.areTwoSources = this.sources.areTwo;
    this.#connect();
    this.ground = this.#makeGround();
    // A chance of their own: a run without grants is the same as ever.
    const ofGrants = new Random(seed ^ 0x67726e74);
    this.#generator = ofGrants.fork();
    this.grantChecks = new GrantChecks(this.house, this.cloud, this.findings);
    this.grantPeople = new GrantPeople({
      ...parts,
      random: ofGrants.fork(),
      freshCode: () => this.people.freshCode(),
    });
  }

  #makeHouse({ seed, locks, mutation }: SimulationOptions): House {
    const house = new House(this.time, this.random.fork(), mutation);
    for (let number = 1; number <= locks; number += 1) {
      const kind = lockKinds[(number + Math.abs(seed) * 5) % lockKinds.length];
      if (kind !== undefined) house.add(number, kind);
    }
    house.note = (line) => this.trace.note(line);
    house.onRestless = ({ lock }) =>
      this.findings.add("restless", `${lock.id} (${lock.kind.name})`);
    return house;
  }

  #connect(): void {
    this.weather.onCalm = () => this.sources.calm();
    this.weather.onClockLost = (placement) => this.people.askTime(placement);
    this.cloud.onSetBack = () => {
      this.servedTime.reported += 1;
    };
    this.cloud.books.onRemoved = (lock) => this.weather.readmit(this.house.placement(lock));
  }

  #timeSources({ mutation, adversaries = [], ...options }: SimulationOptions): TimeSources {
    const seed = Math.abs(options.seed);
    return new TimeSources({
      time: this.time,
      random: this.random.fork(),
      calendar: this.calendar,
      trust: seed % 5 === 4 ? "system" : "ntp",
      // An adversary on the broker holds back the cloud's answers.
      hasCloud: seed % 3 !== 0 && !adversaries.includes("broker"),
      mutation,
      gateway: () => this.gateway,
      note: (line) => this.trace.note(line),
    });
  }

  #makeGround(): Ground {
    let ids = 0;
    const time = this.time;
    return {
      directory: this.directory,
      masterKey: new MasterKey(Buffer.alloc(32, 7)),
      house: this.house,
      random: this.random.fork(),
      machine: { ...this.sources.machine, monotonicMs: () => time.nowMs - this.beginMs },
      trust: this.sources.trust,
      buildMs: this.beginMs - 30 * dayMs,
      timeZone: () => this.#place.timeZone,
      print: (text) => this.plainCodes.look(text, "the log"),
      observer: (placement, operation) => {
        if (this.gateway !== null) this.sentOperations.sent(this.gateway, placement, operation);
      },
      newId: () => {
        ids += 1;
        return `00000000-0000-4000-8000-${String(ids).padStart(12, "0")}`;
      },
      randomDigits: (count) => {
        ids += 1;
        return String(ids * 7_919)
          .padStart(count, "0")
          .slice(-count);
      },
      // A generator that likes codes that somebody has or had.
      randomCode: () => new PinCode(this.people.drawnCode(this.#generator)),
      onFault: (text, cause) => this.findings.add("faults", `${text}: ${String(cause)}`),
    };
  }
}
