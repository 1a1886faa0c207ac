import { isSuspicious, type LossCause } from "../link/loss-cause.ts";
import type { DeliveryProblem, PublishedRecord, StubReason } from "./encoding/publication.ts";
import { SizeLimit } from "./size-limit.ts";

/** After this many losses with the same first record in flight, records are sent one by one. */
const lossesBeforeAlone = 2;
/** Losses with a record alone in flight before it counts as their cause. */
const lossesAlone = 2;
/** The same for a record smaller than one that the broker accepted: the network may be the cause. */
const lossesAloneOfSmall = 4;
/** Refusals of one record, for a reason that will not pass, before a stub replaces it. */
const maxRefusals = 2;
/** Refusals of one record for a missing right before a stub is tried: about 12 min. */
const maxDenials = 6;
/** How long the journal pauses when not even a stub is accepted. Each further pause is twice as long. */
const firstPauseMs = 30_000;
const longestPauseMs = 300_000;

interface Trace {
  readonly seq: number;
  readonly losses: number;
  readonly alone: number;
  /** The newest record that was in flight at one of the losses. */
  readonly through: number;
}

export interface RejectedRecordPorts {
  /** A record is larger than the broker accepts. */
  onTooLarge(seq: number, bytes: number): void;
  readonly monotonicMs?: () => number;
}

/**
 * Finds the record, or the topic, over which a broker closes the connection or answers with a refusal, so
 * that one record never stops the journal. A stub replaces a record that fails alone. If the stub fails as
 * well, the record is not the reason: then nothing is dropped, and the journal pauses.
 */
export class RejectedRecords {
  readonly #ports: RejectedRecordPorts;
  readonly #monotonicMs: () => number;
  readonly #size: SizeLimit;
  #trace: Trace | null = null;
  #refusals: { readonly seq: number; readonly count: number } | null = null;
  #stub: { readonly seq: number; readonly reason: StubReason } | null = null;
  /** A record whose stub was rejected too. It is sent whole again after each pause. */
  #blocked: number | null = null;
  #pause: {
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

  /** Returns why a stub must replace this record; null = no stub. */
  stubFor(seq: number): StubReason | null {
    return this.#stub?.seq === seq ? this.#stub.reason : null;
  }

  /** Returns whether this publication must be alone in flight. */
  isAlone({ seq, bytes }: PublishedRecord): boolean {
    return this.#isCareful(seq) || this.#size.isDoubtful(bytes);
  }

  /** How long nothing may be sent, in ms. */
  get pauseMs(): number {
    return this.#pause === null ? 0 : Math.max(0, this.#pause.untilMs - this.#monotonicMs());
  }

  /** Why the journal pauses, or which limit of the broker was found; null = there is no problem. */
  get problem(): DeliveryProblem | null {
    if (this.#pause !== null) return this.#pause.problem;
    const refused = this.#size.smallestRefused;
    if (refused === null) return null;
    const why = `the broker accepts no message of ${refused} bytes; larger ones are sent in parts or as stubs`;
    return { cause: "refused", why };
  }

  /** The broker accepted a message that is no record. */
  noteOtherAccepted(bytes: number): void {
    this.#size.noteAccepted(bytes);
  }

  /** The broker accepted a publication. */
  noteAccepted({ seq, bytes }: PublishedRecord): void {
    this.#size.noteAccepted(bytes);
    this.#pause = null;
    if (this.#blocked === seq) this.#blocked = null;
    if (this.#stub?.seq === seq) this.#stub = null;
    if (this.#refusals?.seq === seq) this.#refusals = null;
    if (this.#trace === null) return;
    if (seq >= this.#trace.through) this.#trace = null;
    else if (seq >= this.#trace.seq) this.#trace = { ...this.#trace, seq: seq + 1, alone: 0 };
  }

  /** The connection was lost with these records in flight, oldest first. */
  noteLoss(records: readonly PublishedRecord[], cause: LossCause): void {
    const [first] = records;
    if (first === undefined || !isSuspicious(cause)) return;
    const { seq } = first;
    const known = this.#trace !== null && seq <= this.#trace.through ? this.#trace : null;
    const isSame = known?.seq === seq;
    const isAlone = records.every((one) => one.seq === seq);
    const alone = (isSame ? known.alone : 0) + (isAlone ? 1 : 0);
    const losses = isSame ? known.losses + 1 : Math.max(1, known?.losses ?? 1);
    const through = Math.max(known?.through ?? 0, ...records.map((one) => one.seq));
    this.#trace = { seq, losses, alone, through };
    const enough = this.#lossesOf(first.bytes);
    if (!isAlone || losses < lossesBeforeAlone || alone < enough) return;
    this.#trace = { ...this.#trace, alone: 0 };
    const why = `the broker closes the connection over record ${seq} of ${first.bytes} bytes`;
    this.#fail(first, { cause: "refused", why });
  }

  /** The broker answered a publication with a reason code (MQTT 5.0 §3.4.2.1). */
  noteRefusal(record: PublishedRecord, reasonCode: number, topic: string): void {
    const code = `0x${reasonCode.toString(16)}`;
    const why = `the broker refuses ${topic} with ${code}`;
    this.#refusals = {
      seq: record.seq,
      count: this.#refusals?.seq === record.seq ? this.#refusals.count + 1 : 1,
    };
    switch (reasonCode) {
      case 0x95: // packet too large
        this.#fail(record, { cause: "refused", why });
        return;
      case 0x80: // unspecified
      case 0x83: // implementation specific
      case 0x99: // payload format invalid
        this.#trace ??= {
          seq: record.seq,
          losses: lossesBeforeAlone,
          alone: 0,
          through: record.seq,
        };
        if (this.#refusals.count >= maxRefusals)
          this.#fail(record, { cause: "refused", why }, false);
        return;
      default:
        this.#deny(record, { cause: "refused", why });
    }
  }

  /**
   * A right or a quota is missing, for the topic or for this one record: some brokers inspect the payload. A
   * stub on the same topic shows which. If it is refused as well, the record waits and nothing is dropped.
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
    this.#pauseFor(problem);
  }

  #lossesOf(bytes: number): number {
    if (this.#size.isDoubtful(bytes)) return 1;
    return bytes > this.#size.largestAccepted ? lossesAlone : lossesAloneOfSmall;
  }

  #isCareful(seq: number): boolean {
    const trace = this.#trace;
    return trace !== null && trace.losses >= lossesBeforeAlone && seq <= trace.through;
  }

  /** The broker rejects this publication: send something smaller, or pause. */
  #fail({ seq, bytes, isStub }: PublishedRecord, problem: DeliveryProblem, mayBeSize = true): void {
    if (isStub || this.#blocked === seq) {
      // A record whose stub fails too was not too large.
      this.#size.forget();
      this.#stub = null;
      this.#blocked = seq;
      this.#pauseFor(problem);
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

  #pauseFor(problem: DeliveryProblem): void {
    const waitMs = this.#pause?.nextMs ?? firstPauseMs;
    const untilMs = this.#monotonicMs() + waitMs;
    this.#pause = { untilMs, nextMs: Math.min(longestPauseMs, waitMs * 2), problem };
  }
}
