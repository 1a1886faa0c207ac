import {
  type DataRequest,
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

/** Who is to blame for a frame that brought no answer. */
export type Blame =
  | "lock"
  /** The stick failed it, and the frame may have gone out. */
  | "stick"
  /** The stick refused it: the frame has not gone out. */
  | "stickRefused";

export interface WatchTiming {
  /** The stick answers a request (SRSP) within this. */
  readonly answerMs: number;
  /** A frame on the air is confirmed within this: a sleeping lock's expires after 8 s at most. */
  readonly confirmMs: number;
}

/** What this stick is known to do with a frame to its own address; learned once for the life of the driver. */
export interface OwnFrames {
  isAccepted: boolean;
  isConfirmed: boolean;
}

export interface WatchListener {
  sign(sign: StickSign): void;
  /** The firmware has restarted and nobody asked it to. @param reason 0 power, 1 external, 2 watchdog */
  reset(reason: number): void;
  /** The firmware says that its network is not running. */
  notRunning(): void;
}

/** A data request on its way, by its AF transaction. */
interface Flight {
  readonly request: DataRequest;
  fate: "sent" | "accepted" | "unanswered" | "refused" | "confirmed" | "exhausted";
  timer: NodeJS.Timeout | null;
}

interface Outstanding {
  readonly frame: MtFrame;
  readonly flight: Flight | null;
  readonly sentAtMs: number;
  isTold: boolean;
}

/** ZB_COORD of devState_t. */
const coordinatorRunning = 9;
/** ZMemError, ZBufferFull, MAC_NO_RESOURCES, NWK_INVALID_REQUEST: what a lock cannot be the cause of. */
const stickStatuses: ReadonlySet<number> = new Set([0x10, 0x11, 0x1a, 0xc2]);

/**
 * Reads along on the line between zigbee-herdsman and the stick, and tells what the frames say of the
 * stick: restarts, requests without answer, data requests refused or never confirmed.
 *
 * INVARIANTS
 * - At most one request waits for its SRSP (herdsman's own rule), at most 256 data requests are known.
 * - Signs are told from {@link begin} on; a reset during a start counts once the start has got past SYS.
 */
export class StickWatch {
  readonly #timing: WatchTiming;
  readonly #own: OwnFrames;
  readonly #flights = new Map<number, Flight>();
  readonly #bySequence = new Map<number, Flight>();
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
    for (const flight of this.#flights.values()) stopTimer(flight);
    this.#flights.clear();
  }

  /** ms since the stick last told what became of a frame on the air. */
  get sinceProofMs(): number {
    return performance.now() - this.#confirmedAtMs;
  }

  /** Whether the stick answered with an error when it was last asked for its state. */
  get isStateRefused(): boolean {
    return this.#isStateRefused;
  }

  /** What became of the last frame to the stick's own address. */
  get ownFate(): "unknown" | Flight["fate"] {
    for (const flight of [...this.#flights.values()].reverse()) {
      if (flight.request.peer === ownAddress) return flight.fate;
    }
    return "unknown";
  }

  /** A frame with this ZCL transaction sequence number is about to be sent: what is known of it is of another. */
  expect(sequence: number): void {
    this.#bySequence.delete(sequence);
  }

  /** Who is to blame that the frame with this ZCL transaction sequence number brought nothing. */
  blameFor(sequence: number): Blame {
    const flight = this.#bySequence.get(sequence);
    const isDoubtful = isSuspect(this.#evidence) || this.#isOverdue();
    switch (flight?.fate) {
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
  sent(frame: MtFrame): void {
    if (frame.type === mtType.notification) {
      if (frame.subsystem === mtSubsystem.sys && frame.command === 0) this.#isResetAsked = true;
      return;
    }
    if (frame.type !== mtType.request) return;
    if (frame.subsystem !== mtSubsystem.sys) this.#isConfigured = true;
    // Herdsman has given the one before up.
    this.#stopWaiting();
    const request = dataRequestOf(frame);
    const flight = request === null ? null : this.#take(request);
    this.#outstanding = { frame, flight, sentAtMs: performance.now(), isTold: false };
    this.#awaitAnswer();
  }

  /** A whole frame has come from the stick. */
  heard(frame: MtFrame): void {
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
    const isError = frame.subsystem === mtSubsystem.rpcError;
    const isIts =
      outstanding !== null &&
      (isError ||
        (frame.subsystem === outstanding.frame.subsystem &&
          frame.command === outstanding.frame.command));
    if (!isIts) return;
    this.#stopWaiting();
    const state = deviceStateOf(frame);
    if (isStateRequest(outstanding.frame)) this.#isStateRefused = state === null;
    if (state !== null && state !== coordinatorRunning && this.#isBegun) {
      this.#listener?.notRunning();
    }
    const { flight } = outstanding;
    if (flight === null) {
      this.#tell({ kind: "serviceAnswered" });
      return;
    }
    const { peer } = flight.request;
    const isRefused = isError || frame.data[0] !== 0;
    flight.fate = isRefused ? "refused" : "accepted";
    if (peer === ownAddress && !isRefused) this.#own.isAccepted = true;
    if (isRefused) this.#tell({ kind: "refused", peer });
    else this.#awaitConfirm(flight);
  }

  #hearConfirm(frame: MtFrame): void {
    const confirm = dataConfirmOf(frame);
    const flight = confirm === null ? undefined : this.#flights.get(confirm.transaction);
    if (confirm === null || flight === undefined) return;
    stopTimer(flight);
    const { peer } = flight.request;
    const isExhausted = stickStatuses.has(confirm.status);
    flight.fate = isExhausted ? "exhausted" : "confirmed";
    if (!isExhausted) {
      this.#confirmedAtMs = performance.now();
      this.#isStateRefused = false;
      if (peer === ownAddress) this.#own.isConfirmed = true;
    }
    this.#tell({ kind: flight.fate, peer });
  }

  #take(request: DataRequest): Flight {
    const before = this.#flights.get(request.transaction);
    if (before !== undefined) stopTimer(before);
    const flight: Flight = { request, fate: "sent", timer: null };
    // Deleted first: the newest stands last.
    this.#flights.delete(request.transaction);
    this.#flights.set(request.transaction, flight);
    if (request.sequence !== null && request.peer !== ownAddress) {
      this.#bySequence.set(request.sequence, flight);
    }
    return flight;
  }

  #awaitAnswer(): void {
    // Herdsman may go on with a session that was closed: nobody waits for its answers.
    if (this.#listener === null) return;
    const beganMs = performance.now();
    this.#answerTimer = setTimeout(() => {
      const outstanding = this.#outstanding;
      if (outstanding === null) return;
      // Told again for each further wait in which the stick says nothing at all.
      const isSilent = this.#heardAtMs < beganMs;
      if (!outstanding.isTold || isSilent) this.#miss(outstanding);
      if (this.#outstanding === outstanding) this.#awaitAnswer();
    }, this.#timing.answerMs);
    this.#answerTimer.unref();
  }

  #miss(outstanding: Outstanding): void {
    const { flight, isTold } = outstanding;
    outstanding.isTold = true;
    if (flight === null) {
      this.#tell({ kind: "serviceUnanswered" });
    } else if (!isTold) {
      flight.fate = "unanswered";
      this.#tell({ kind: "unanswered", peer: flight.request.peer });
    }
  }

  #awaitConfirm(flight: Flight): void {
    flight.timer = setTimeout(
      () => this.#tell({ kind: "unconfirmed", peer: flight.request.peer }),
      this.#timing.confirmMs,
    );
    flight.timer.unref();
  }

  /** A request waits longer for its SRSP than a stick that is well ever takes. */
  #isOverdue(): boolean {
    const outstanding = this.#outstanding;
    return (
      outstanding !== null && performance.now() - outstanding.sentAtMs > this.#timing.answerMs / 2
    );
  }

  /** A firmware that never took frames to itself, or never confirmed them, is not judged by them. */
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

  #tell(sign: StickSign): void {
    if ("peer" in sign && sign.peer === ownAddress && !this.#countsOwn(sign.kind)) return;
    if (!this.#isBegun) return;
    this.#evidence = evidenceAfter(this.#evidence, sign);
    this.#listener?.sign(sign);
  }
}

/** UTIL_GET_DEVICE_INFO. */
function isStateRequest({ subsystem, command }: MtFrame): boolean {
  return subsystem === mtSubsystem.util && command === 0;
}

function stopTimer(flight: Flight): void {
  if (flight.timer !== null) clearTimeout(flight.timer);
  flight.timer = null;
}
