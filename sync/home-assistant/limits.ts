import { type RateLimit, TokenBucket } from "../down/rate-limit.ts";

/**
 * Far above what tools send when they begin with a house of 30 locks (one set in 2 s for each lock), and slow afterwards:
 * each set is a disk write and a frame.
 */
const rates = {
  setCode: { burst: 600, perSecond: 2 },
  // A revocation must not be lost because of grants.
  clearCode: { burst: 1200, perSecond: 4 },
  getCode: { burst: 1200, perSecond: 10 },
  moveBolt: { burst: 10, perSecond: 0.5 },
  pair: { burst: 3, perSecond: 0.05 },
} as const satisfies Record<string, RateLimit>;

export type LimitedKind = keyof typeof rates;

/** Of what is written, no more may come at once: the cloud's commands wait for the same disk. */
const writeRate: RateLimit = { burst: 60, perSecond: 25 };
const writes: ReadonlySet<LimitedKind> = new Set(["setCode", "clearCode"]);

/**
 * Messages that are read from the broker, whatever they are: as many as the tools of a large house send at once, and then
 * a rate that leaves the processor to the cloud's commands. Above it the line is not read.
 */
const readRate: RateLimit = { burst: 1_500, perSecond: 1_000 };

/** Why messages of Home Assistant's broker were not carried out, and how many. */
export interface DroppedCounts {
  /** Above the rate of their kind. */
  readonly flood: number;
  readonly retained: number;
  readonly malformed: number;
  /** A command that the gateway refused, or that the configuration does not allow. */
  readonly refused: number;
}

export type DropReason = keyof DroppedCounts;

/** After a reason was logged, it is logged again after this time with the count of what came meanwhile. */
export const quietMs = 60_000;

export interface LimitsPorts {
  monotonicMs(): number;
  /** Called for the first message of a reason, and then at most once in {@link quietMs}. */
  onDropped(reason: DropReason, detail: Readonly<Record<string, unknown>>): void;
}

/** Limits the messages of each kind, and counts those that are not carried out. */
export class Limits {
  readonly #ports: LimitsPorts;
  readonly #buckets: ReadonlyMap<string, TokenBucket>;
  readonly #paces: ReadonlyMap<string, TokenBucket>;
  readonly #read: TokenBucket;
  readonly #counts = { flood: 0, retained: 0, malformed: 0, refused: 0 };
  readonly #silent = new Map<DropReason, { readonly untilMs: number; count: number }>();

  constructor(ports: LimitsPorts) {
    this.#ports = ports;
    this.#read = new TokenBucket(readRate, ports.monotonicMs);
    this.#buckets = new Map(
      Object.entries(rates).map(([kind, rate]) => [kind, new TokenBucket(rate, ports.monotonicMs)]),
    );
    this.#paces = new Map(
      Array.from(writes, (kind) => [kind, new TokenBucket(writeRate, ports.monotonicMs)]),
    );
  }

  /** Returns whether one more message may be read from the broker now, whatever it is. */
  takeRead(): boolean {
    return this.#read.take();
  }

  get counts(): DroppedCounts {
    return { ...this.#counts };
  }

  /** Returns whether one more message of this kind may be carried out now. */
  take(kind: LimitedKind): boolean {
    const isSlowEnough = !writes.has(kind) || this.#paces.get(kind)?.take() === true;
    return isSlowEnough && this.#buckets.get(kind)?.take() === true;
  }

  drop(reason: DropReason, detail: Readonly<Record<string, unknown>>): void {
    this.#counts[reason] += 1;
    const nowMs = this.#ports.monotonicMs();
    const silent = this.#silent.get(reason);
    if (silent !== undefined && nowMs < silent.untilMs) {
      silent.count += 1;
      return;
    }
    this.#silent.set(reason, { untilMs: nowMs + quietMs, count: 0 });
    const before = silent === undefined || silent.count === 0 ? {} : { alsoBefore: silent.count };
    this.#ports.onDropped(reason, { ...detail, ...before });
  }
}

/** What the log says of each reason. */
export const dropTexts: Readonly<Record<keyof DroppedCounts, string>> = {
  flood: "messages of Home Assistant's broker were dropped: too many at once",
  retained: "a retained command of Home Assistant's broker was refused",
  malformed: "a message of Home Assistant's broker was refused: it is malformed",
  refused: "a command of Home Assistant's broker was refused",
};
