import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomCode } from "../../../../daemon/commands/random-code.ts";
import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { someCapabilities } from "../../../support/records.ts";
import type { LockKind } from "../../simulation/field/field-lock.ts";
import { lockKinds } from "../../simulation/field/lock-kinds.ts";
import { quiet, type RunningGateway, startGateway } from "../../simulation/gateway.ts";
import { House, type Placement } from "../../simulation/house.ts";
import { Life } from "../../simulation/life/life.ts";
import { Random } from "../../simulation/life/random.ts";
import { VirtualTime } from "../../simulation/virtual-time.ts";
import { bareFigure, type Figure, spreadOf } from "../figures.ts";

const locks = 50;
const passwordsPerLock = 100;
const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const beginMs = Date.UTC(2026, 8, 20, 6);

const roomy: LockKind = {
  ...(lockKinds[0] ?? unfurnished()),
  name: "roomy",
  capabilities: someCapabilities({ pinUsers: 130, lastUserId: 130 }),
};

function unfurnished(): never {
  throw new Error("there is no kind of lock");
}

/** The result of one mass ending. */
export interface MassEnding {
  /** Virtual time from the end of the windows until the last of their codes was gone. */
  readonly endedAfterMs: number;
  /** How long the slowest lock's clears took on the air alone, one after another. */
  readonly airMs: number;
  /** Codes set at a lock that still held a code to clear. */
  readonly grantsBefore: number;
  /** Real time that the gateway took to end them, everything included. */
  readonly tookMs: number;
}

/** 5,000 windows that end in the same second, while ten others begin at each lock. */
export async function endAllAtOnce(
  lockCount = locks,
  passwords = passwordsPerLock,
): Promise<MassEnding> {
  const directory = await mkdtemp(join(tmpdir(), "latchd-scale-"));
  try {
    return await new Crowd(directory, lockCount, passwords).run();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const beginners = 10;

class Crowd {
  readonly #time = new VirtualTime(beginMs);
  readonly #house = new House(this.#time, new Random(2));
  readonly #placements: readonly Placement[];
  readonly #directory: string;
  readonly #passwords: number;
  readonly #endMs: number;
  /** Codes whose window has ended and that are still in their lock. */
  readonly #toEnd = new Map<LockId, Set<number>>();
  readonly #airMs = new Map<LockId, number>();
  #grantsBefore = 0;
  #lastEndMs = 0;
  #sentMs = new Map<LockId, number>();

  constructor(directory: string, lockCount: number, passwords: number) {
    this.#directory = directory;
    this.#passwords = passwords;
    this.#endMs = beginMs + (2 + Math.ceil((passwords * lockCount) / 5_000)) * hourMs;
    this.#placements = Array.from({ length: lockCount }, (_, at) => this.#house.add(at + 1, roomy));
  }

  async run(): Promise<MassEnding> {
    const gateway = await this.#start();
    await this.#advance(gateway, beginMs + 90 * secondMs);
    for (const placement of this.#placements) {
      placement.isJoined = true;
      gateway.radio.pair(placement);
    }
    await this.#advance(gateway, beginMs + 180 * secondMs);
    for (const { lock } of this.#placements) await this.#fill(gateway, lock.id);
    await this.#advance(gateway, this.#endMs - 1);
    for (const { lock } of this.#placements) {
      this.#toEnd.set(lock.id, new Set([...lock.slots.keys()].filter((userId) => userId > 1)));
    }
    const startedMs = performance.now();
    await this.#advance(gateway, this.#endMs + hourMs);
    const tookMs = performance.now() - startedMs;
    gateway.life.kill();
    await gateway.store.close();
    for (const [lock, left] of this.#toEnd) {
      if (left.size > 0) throw new Error(`${lock} still has ${left.size} codes that are over`);
    }
    return {
      endedAfterMs: this.#lastEndMs - this.#endMs,
      airMs: Math.max(...this.#airMs.values()),
      grantsBefore: this.#grantsBefore,
      tookMs,
    };
  }

  #start(): Promise<RunningGateway> {
    let ids = 0;
    const time = this.#time;
    const ground = {
      directory: join(this.#directory, "store"),
      masterKey: new MasterKey(Buffer.alloc(32, 7)),
      house: this.#house,
      random: new Random(3),
      machine: {
        systemMs: () => time.nowMs,
        monotonicMs: () => time.nowMs - beginMs,
        isSynchronized: async () => true,
        boot: () => null,
      },
      trust: "ntp" as const,
      buildMs: beginMs - hourMs,
      observer: ({ lock }: Placement, { name, userId }: { name: string; userId?: number }) => {
        if (name === "setPinCode" && (this.#toEnd.get(lock.id)?.size ?? 0) > 0) {
          this.#grantsBefore += 1;
        }
        if (userId !== undefined && name === "clearPinCode") {
          this.#sentMs.set(lock.id, time.nowMs);
        }
      },
      timeZone: () => "UTC",
      print: () => {},
      randomDigits: (count: number) => "7".repeat(count),
      newId: () => {
        ids += 1;
        return `id ${ids}`;
      },
      randomCode,
      onFault: (text: string, cause: unknown) => {
        throw new Error(text, { cause });
      },
    };
    this.#house.note = (line) => this.#noted(line);
    return startGateway(ground, new Life(time));
  }

  /** `lock operation userId outcome` when a lock has acted, `lock heard` when its answer is there. */
  #noted(line: string): void {
    const [id = "", name, userId] = line.split(" ");
    const placement = this.#placements.find(({ lock }) => lock.id === id);
    if (placement === undefined) return;
    const { lock } = placement;
    const { nowMs } = this.#time;
    const sentMs = this.#sentMs.get(lock.id);
    if (name === "heard" && sentMs !== undefined) {
      this.#sentMs.delete(lock.id);
      this.#airMs.set(lock.id, (this.#airMs.get(lock.id) ?? 0) + nowMs - sentMs);
    }
    if (name !== "clearPinCode") return;
    if (this.#toEnd.get(lock.id)?.delete(Number(userId)) === true) this.#lastEndMs = nowMs;
  }

  async #fill({ executor }: RunningGateway, uuid: LockId): Promise<void> {
    const end = this.#endMs / secondMs;
    const wishes: object[] = [{ is_default: 1 }];
    for (let number = 0; number < this.#passwords; number += 1)
      wishes.push({ permission_end: end });
    for (let number = 0; number < beginners; number += 1) wishes.push({ permission_begin: end });
    const caller = {
      transport: "socket",
      name: "bench",
      scope: "manager",
      origin: "local",
    } as const;
    const added = wishes.map((wish, number) =>
      executor.execute({
        command: "add_password",
        params: { uuid, password: String(100_000 + number), ...wish },
        caller,
      }),
    );
    for (const { ErrNo, ErrMsg } of await Promise.all(added)) {
      if (ErrNo !== 0) throw new Error(ErrMsg);
    }
  }

  async #advance(gateway: RunningGateway, untilMs: number): Promise<void> {
    while (this.#time.advance(untilMs)) await quiet(gateway);
  }
}

/** The same as figures: the gateway's own share of the time, and the air's. */
export async function measureMassEnding(): Promise<Figure[]> {
  const { endedAfterMs, airMs, tookMs, grantsBefore } = await endAllAtOnce();
  if (grantsBefore > 0) throw new Error(`${grantsBefore} codes went in before others were out`);
  const count = locks * passwordsPerLock;
  return [
    {
      name: `${count} windows ended (virtual time)`,
      unit: "ms",
      ours: spreadOf([endedAfterMs]),
      bare: spreadOf([airMs]),
      parts: { "the slowest lock's clears on the air": airMs },
      target: null,
    },
    bareFigure("one of them (real time, disk included)", "µs", [(tookMs * 1_000) / count]),
  ];
}
