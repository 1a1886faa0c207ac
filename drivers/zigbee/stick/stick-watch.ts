import { DataRequestLog, type RequestFate, type TrackedRequest } from "./data-request-log.ts";
import {
  dataConfirmOf,
  dataRequestOf,
  deviceStateOf,
  type MtFrame,
  mtSubsystem,
  mtType,
  resetReasonOf,
} from "./mt-frame.ts";
import {
  evidenceAfter,
  isSuspect,
  noEvidence,
  ownAddress,
  type StickSign,
} from "./stick-evidence.ts";

/** Who failed a frame that brought no answer. */
export type Blame =
  | "lock"
  /** The stick failed it; the frame may have been sent. */
  | "stick"
  /** The stick refused it: the frame was not sent. */
  | "stickRefused";

export interface WatchTiming {
  /** The stick answers a request (SRSP) within this. */
  readonly answerMs: number;
  /** A frame on the air is confirmed within this: a sleeping lock's expires after 8 s at most. */
  readonly confirmMs: number;
}

/** What this stick does with a frame to its own address; learned once in the life of the driver. */
export interface OwnFrames {
  isAccepted: boolean;
  isConfirmed: boolean;
}

export interface WatchListener {
  sign(sign: StickSign): void;
  /** The firmware has restarted and nobody asked it to. @param reason 0 power, 1 external, 2 watchdog */
  reset(reason: number): void;
  /** The firmware reports that its network is not running. */
  notRunning(): void;
}

interface Outstanding {
  readonly frame: MtFrame;
  readonly tracked: TrackedRequest | null;
  readonly sentAtMs: number;
  isReported: boolean;
}

/** ZB_COORD of devState_t. */
const coordinatorRunning = 9;
/** ZMemError, ZBufferFull, MAC_NO_RESOURCES, NWK_INVALID_REQUEST: what a lock cannot be the cause of. */
const stickStatuses: ReadonlySet<number> = new Set([0x10, 0x11, 0x1a, 0xc2]);

/**
 * Observes the line between zigbee-herdsman and the stick, and reports what the frames show of the
 * stick: restarts, requests without answer, data requests refused or never confirmed.
 *
 * INVARIANTS
 * - At most one request waits for its SRSP (herdsman's own rule), at most 256 data requests are known.
 * - Signs are reported from {@link begin} on; a reset during a start counts once the start has passed SYS.
 */
export class StickWatch {
  readonly #timing: WatchTiming;
  readonly #own: OwnFrames;
  readonly #requests = new DataRequestLog();
  #listener: WatchListener | null = null;
  #outstanding: Outstanding | null = null;
  #answerTimer: NodeJS.Timeout | null = null;
  #evidence = noEvidence;
  #isBegun = false;
  /** SYS_RESET_REQ was sent and is not answered yet. */
  #isResetAsked = false;
  /** The host has configured what a reset would undo. */
  #isConfigured = false;
  #isStateRefused = false;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #heardAtMs = Number.NEGATIVE_INFINITY;

  constructor(timing: WatchTiming, own: OwnFrames) {
    this.#timing = timing;
    this.#own = own;
  }

  listen(listener: WatchListener): void {
    this.#listener = listener;
  }

  /** The start is over: the stick is judged from now on. */
  begin(): void {
    this.#isBegun = true;
    this.#evidence = noEvidence;
  }

  close(): void {
    this.#listener = null;
    this.#stopWaiting();
    this.#requests.clear();
  }

  /** ms since the stick last confirmed a frame that it had sent. */
  get sinceProofMs(): number {
    return performance.now() - this.#confirmedAtMs;
  }

  /** Whether the stick answered with an error when it was last asked for its state. */
  get isStateRefused(): boolean {
    return this.#isStateRefused;
  }

  /** What became of the last frame to the stick's own address. */
  get ownFate(): "unknown" | RequestFate {
    return this.#requests.lastTo(ownAddress)?.fate ?? "unknown";
  }

  /**
   * A frame with this ZCL transaction sequence number will be sent next: what is known of the number is of an
   * older one.
   */
  expect(sequence: number): void {
    this.#requests.forgetSequence(sequence);
  }

  /** Returns who failed the frame with this ZCL transaction sequence number. */
  blameFor(sequence: number): Blame {
    const tracked = this.#requests.withSequence(sequence);
    const isDoubtful = isSuspect(this.#evidence) || this.#isOverdue();
    switch (tracked?.fate) {
      case undefined:
      case "sent":
      case "accepted":
        return isDoubtful ? "stick" : "lock";
      case "unanswered":
      case "exhausted":
        return "stick";
      case "refused":
        return "stickRefused";
      case "confirmed":
        return "lock";
    }
  }

  /** A frame goes to the stick. */
  frameSent(frame: MtFrame): void {
    if (frame.type === mtType.notification) {
      if (frame.subsystem === mtSubsystem.sys && frame.command === 0) this.#isResetAsked = true;
      return;
    }
    if (frame.type !== mtType.request) return;
    if (frame.subsystem !== mtSubsystem.sys) this.#isConfigured = true;
    // Herdsman has ended the one before.
    this.#stopWaiting();
    const request = dataRequestOf(frame);
    const tracked = request === null ? null : this.#requests.add(request);
    this.#outstanding = { frame, tracked, sentAtMs: performance.now(), isReported: false };
    this.#awaitAnswer();
  }

  /** A whole frame came from the stick. */
  frameReceived(frame: MtFrame): void {
    this.#heardAtMs = performance.now();
    const reason = resetReasonOf(frame);
    if (reason !== null) this.#hearReset(reason);
    else if (frame.type === mtType.response) this.#hearAnswer(frame);
    else this.#hearConfirm(frame);
  }

  #hearReset(reason: number): void {
    const isAsked = this.#isResetAsked;
    this.#isResetAsked = false;
    this.#stopWaiting();
    if (!isAsked && this.#isConfigured) this.#listener?.reset(reason);
  }

  #hearAnswer(frame: MtFrame): void {
    const outstanding = this.#outstanding;
    if (outstanding === null || !answers(frame, outstanding.frame)) return;
    this.#stopWaiting();
    this.#hearState(frame, outstanding.frame);
    if (outstanding.tracked === null) this.#report({ kind: "serviceAnswered" });
    else this.#judge(outstanding.tracked, isErrorOf(frame) || frame.data[0] !== 0);
  }

  #hearState(answer: MtFrame, request: MtFrame): void {
    const state = deviceStateOf(answer);
    if (isStateRequest(request)) this.#isStateRefused = state === null;
    if (state !== null && state !== coordinatorRunning && this.#isBegun) {
      this.#listener?.notRunning();
    }
  }

  /** The stick has taken a data request, or refused it. */
  #judge(tracked: TrackedRequest, isRefused: boolean): void {
    const { peer } = tracked.request;
    tracked.fate = isRefused ? "refused" : "accepted";
    if (isRefused) {
      this.#report({ kind: "refused", peer });
      return;
    }
    if (peer === ownAddress) this.#own.isAccepted = true;
    this.#requests.awaitConfirm(tracked, this.#timing.confirmMs, () =>
      this.#report({ kind: "unconfirmed", peer }),
    );
  }

  #hearConfirm(frame: MtFrame): void {
    const confirm = dataConfirmOf(frame);
    const tracked = confirm === null ? null : this.#requests.confirmed(confirm.transaction);
    if (confirm === null || tracked === null) return;
    const { peer } = tracked.request;
    const isExhausted = stickStatuses.has(confirm.status);
    tracked.fate = isExhausted ? "exhausted" : "confirmed";
    if (!isExhausted) {
      this.#confirmedAtMs = performance.now();
      this.#isStateRefused = false;
      if (peer === ownAddress) this.#own.isConfirmed = true;
    }
    this.#report({ kind: tracked.fate, peer });
  }

  #awaitAnswer(): void {
    // Herdsman may continue a session that was closed: nobody waits for its answers.
    if (this.#listener === null) return;
    const beganMs = performance.now();
    this.#answerTimer = setTimeout(() => {
      const outstanding = this.#outstanding;
      if (outstanding === null) return;
      // Reported again for each further wait in which the stick sends nothing at all.
      const isSilent = this.#heardAtMs < beganMs;
      if (!outstanding.isReported || isSilent) this.#miss(outstanding);
      if (this.#outstanding === outstanding) this.#awaitAnswer();
    }, this.#timing.answerMs);
    this.#answerTimer.unref();
  }

  #miss(outstanding: Outstanding): void {
    const { tracked, isReported } = outstanding;
    outstanding.isReported = true;
    if (tracked === null) {
      this.#report({ kind: "serviceUnanswered" });
    } else if (!isReported) {
      tracked.fate = "unanswered";
      this.#report({ kind: "unanswered", peer: tracked.request.peer });
    }
  }

  /** A request waits longer for its SRSP than a sound stick ever takes. */
  #isOverdue(): boolean {
    const outstanding = this.#outstanding;
    return (
      outstanding !== null && performance.now() - outstanding.sentAtMs > this.#timing.answerMs / 2
    );
  }

  /** A firmware that never took or never confirmed frames to itself is not judged by them. */
  #countsOwn(kind: StickSign["kind"]): boolean {
    if (kind === "refused") return this.#own.isAccepted;
    if (kind === "unconfirmed" || kind === "exhausted") return this.#own.isConfirmed;
    return true;
  }

  #stopWaiting(): void {
    if (this.#answerTimer !== null) clearTimeout(this.#answerTimer);
    this.#answerTimer = null;
    this.#outstanding = null;
  }

  #report(sign: StickSign): void {
    if ("peer" in sign && sign.peer === ownAddress && !this.#countsOwn(sign.kind)) return;
    if (!this.#isBegun) return;
    this.#evidence = evidenceAfter(this.#evidence, sign);
    this.#listener?.sign(sign);
  }
}

/** An SRSP of RPC error answers whatever was asked. */
function isErrorOf({ subsystem }: MtFrame): boolean {
  return subsystem === mtSubsystem.rpcError;
}

function answers(answer: MtFrame, request: MtFrame): boolean {
  const isOwn = answer.subsystem === request.subsystem && answer.command === request.command;
  return isErrorOf(answer) || isOwn;
}

/** UTIL_GET_DEVICE_INFO. */
function isStateRequest({ subsystem, command }: MtFrame): boolean {
  return subsystem === mtSubsystem.util && command === 0;
}
