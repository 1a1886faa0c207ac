import { isSuspicious, type LossCause } from "../link/loss-cause.ts";
import type { DeliveryProblem, PublishedRecord, StubReason } from "./encoding/publication.ts";
import { SizeLimit } from "./size-limit.ts";

/** The same first record on its way at this many losses: from then on records go one by one. */
const lossesBeforeAlone = 2;
/** Losses with a record alone on its way before it is taken for their cause … */
const lossesAlone = 2;
/** … and when the broker has taken larger ones: then it may as well be the network. */
const lossesAloneOfSmall = 4;
/** Refusals of one record, for no reason that is known to pass, before a stub stands in for it. */
const maxRefusals = 2;
/** Refusals of one record that a right given later would end, before a stub tells whether it is the record's: 12 min. */
const maxDenials = 6;
/** The journal waits this long when not even a stub came through; then twice as long, up to … */
const firstHoldMs = 30_000;
const longestHoldMs = 300_000;

interface Trace {
  readonly seq: number;
  readonly losses: number;
  readonly alone: number;
  /** The newest record that was on its way at one of the losses. */
  readonly through: number;
}

export interface RejectedRecordPorts {
  /** A record was found to be larger than the broker takes. */
  onTooLarge(seq: number, bytes: number): void;
  readonly monotonicMs?: () => number;
}

/**
 * Finds the record, or the topic, over which a broker closes the connection or answers with a refusal, so
 * that the line never stops on one record. A record that fails alone is replaced by a stub. When the stub
 * fails as well it is no fault of the record: then nothing is given up, and the journal waits.
 */
export class RejectedRecords {
  readonly #ports: RejectedRecordPorts;
  readonly #monotonicMs: () => number;
  readonly #size: SizeLimit;
  #trace: Trace | null = null;
  #refusals: { readonly seq: number; readonly count: number } | null = null;
  #stub: { readonly seq: number; readonly reason: StubReason } | null = null;
  /** A record of which not even the stub came through: it is sent whole again, and waits. */
  #blocked: number | null = null;
  #hold: {
    readonly untilMs: number;
    readonly nextMs: number;
    readonly problem: DeliveryProblem;
  } | null = null;

  constructor(ports: RejectedRecordPorts) {
    this.#ports = ports;
    this.#monotonicMs = ports.monotonicMs ?? (() => performance.now());
    this.#size = new SizeLimit(this.#monotonicMs);
  }

  /** Largest message sent whole, in bytes. */
  get wholeBytes(): number {
    return (this.#size.smallestRefused ?? Number.POSITIVE_INFINITY) - 1;
  }

  /** Size to which a reply is cut when it is too large. */
  get pageBytes(): number {
    return this.#size.target;
  }

  /** The stub that must be sent for this record, or null. */
  stubFor(seq: number): StubReason | null {
    return this.#stub?.seq === seq ? this.#stub.reason : null;
  }

  /** Whether this publication must be alone on its way. */
  isAlone({ seq, bytes }: PublishedRecord): boolean {
    return this.#isCareful(seq) || this.#size.isDoubtful(bytes);
  }

  /** How long nothing is sent, in ms. */
  get pauseMs(): number {
    return this.#hold === null ? 0 : Math.max(0, this.#hold.untilMs - this.#monotonicMs());
  }

  /** Why the journal waits, or what it was told of the broker's limit; null = nothing is in the way. */
  get problem(): DeliveryProblem | null {
    if (this.#hold !== null) return this.#hold.problem;
    const refused = this.#size.smallestRefused;
    if (refused === null) return null;
    const why = `the broker takes no message of ${refused} bytes; larger ones go in parts or as stubs`;
    return { cause: "refused", why };
  }

  /** The broker took a message that is no record. */
  noteOtherAccepted(bytes: number): void {
    this.#size.noteAccepted(bytes);
  }

  /** The broker took a publication. */
  noteAccepted({ seq, bytes }: PublishedRecord): void {
    this.#size.noteAccepted(bytes);
    this.#hold = null;
    if (this.#blocked === seq) this.#blocked = null;
    if (this.#stub?.seq === seq) this.#stub = null;
    if (this.#refusals?.seq === seq) this.#refusals = null;
    if (this.#trace === null) return;
    if (seq >= this.#trace.through) this.#trace = null;
    else if (seq >= this.#trace.seq) this.#trace = { ...this.#trace, seq: seq + 1, alone: 0 };
  }

  /** The connection was lost with these on their way, oldest first. */
  noteLoss(carried: readonly PublishedRecord[], cause: LossCause): void {
    const [first] = carried;
    if (first === undefined || !isSuspicious(cause)) return;
    const { seq } = first;
    const known = this.#trace !== null && seq <= this.#trace.through ? this.#trace : null;
    const isSame = known?.seq === seq;
    const isAlone = carried.every((one) => one.seq === seq);
    const alone = (isSame ? known.alone : 0) + (isAlone ? 1 : 0);
    const losses = isSame ? known.losses + 1 : Math.max(1, known?.losses ?? 1);
    const through = Math.max(known?.through ?? 0, ...carried.map((one) => one.seq));
    this.#trace = { seq, losses, alone, through };
    const enough = this.#lossesOf(first.bytes);
    if (!isAlone || losses < lossesBeforeAlone || alone < enough) return;
    this.#trace = { ...this.#trace, alone: 0 };
    const why = `the broker closes the connection over record ${seq} of ${first.bytes} bytes`;
    this.#fail(first, { cause: "refused", why });
  }

  /** The broker answered a publication with a reason code (MQTT 5.0 §3.4.2.1). */
  noteRefusal(carried: PublishedRecord, reasonCode: number, topic: string): void {
    const code = `0x${reasonCode.toString(16)}`;
    const why = `the broker refuses ${topic} with ${code}`;
    this.#refusals = {
      seq: carried.seq,
      count: this.#refusals?.seq === carried.seq ? this.#refusals.count + 1 : 1,
    };
    switch (reasonCode) {
      case 0x95: // packet too large
        this.#fail(carried, { cause: "refused", why });
        return;
      case 0x80: // unspecified
      case 0x83: // implementation specific
      case 0x99: // payload format invalid
        this.#trace ??= {
          seq: carried.seq,
          losses: lossesBeforeAlone,
          alone: 0,
          through: carried.seq,
        };
        if (this.#refusals.count >= maxRefusals)
          this.#fail(carried, { cause: "refused", why }, false);
        return;
      default:
        this.#deny(carried, { cause: "refused", why });
    }
  }

  /**
   * A right or a quota is missing, of the topic or of this one record: some brokers look into the payload. A
   * stub on the same topic tells which; if it is refused as well, the record waits and nothing is given up.
   */
  #deny({ seq, isStub }: PublishedRecord, problem: DeliveryProblem): void {
    if (isStub) {
      this.#stub = null;
      this.#blocked = seq;
    }
    if (this.#blocked !== seq && (this.#refusals?.count ?? 0) >= maxDenials) {
      this.#stub = { seq, reason: "refused" };
      return;
    }
    this.#wait(problem);
  }

  #lossesOf(bytes: number): number {
    if (this.#size.isDoubtful(bytes)) return 1;
    return bytes > this.#size.largestAccepted ? lossesAlone : lossesAloneOfSmall;
  }

  #isCareful(seq: number): boolean {
    const trace = this.#trace;
    return trace !== null && trace.losses >= lossesBeforeAlone && seq <= trace.through;
  }

  /** This publication does not get through: something smaller, or nothing for a while. */
  #fail({ seq, bytes, isStub }: PublishedRecord, problem: DeliveryProblem, mayBeSize = true): void {
    if (isStub || this.#blocked === seq) {
      // What fails as a stub too was not too large.
      this.#size.forget();
      this.#stub = null;
      this.#blocked = seq;
      this.#wait(problem);
      return;
    }
    const isSize = mayBeSize && bytes > this.#size.largestAccepted;
    if (!isSize) {
      this.#stub = { seq, reason: "refused" };
      return;
    }
    this.#size.noteRefusal(bytes);
    this.#ports.onTooLarge(seq, bytes);
  }

  #wait(problem: DeliveryProblem): void {
    const waitMs = this.#hold?.nextMs ?? firstHoldMs;
    const untilMs = this.#monotonicMs() + waitMs;
    this.#hold = { untilMs, nextMs: Math.min(longestHoldMs, waitMs * 2), problem };
  }
}
