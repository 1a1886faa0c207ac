import type { ReceivedFrame } from "../stick/mt-frame.ts";
import type { FoldedFrames } from "./fold-count.ts";
import { type LockFrame, lockFrameOf } from "./lock-frame.ts";
import { LockLane } from "./lock-lane.ts";

/** Limits between the line to the stick and the store. */
export const intakeLimits = {
  /** Frames passed on in one turn of the event loop. Each takes up to 2 ms on a small machine. */
  framesPerTurn: 8,
  /** Frames of locks that were passed on and are not on disk yet; more wait. */
  unstoredFrames: 64,
  /** Waiting frames of all kinds; above it, the line is not read until there is room. */
  frames: 2_048,
  /**
   * Waiting frames of one lock, if all together leave no more room: above half of the room that is left, and above
   * this, frames of the same kind are folded and counted. So one lock cannot take the room of the others.
   */
  framesPerLock: 32,
} as const;

export interface LineIntakePorts {
  /** Passes a frame on to zigbee-herdsman. */
  pass(frame: ReceivedFrame): void;
  /** Resolves when the events of the frames passed on so far are on disk. */
  stored(): Promise<void>;
  /** Some frames of the lock at this network address were folded. */
  folded(peer: number, frames: FoldedFrames): void;
  /** Calls `run` in another turn of the event loop. */
  defer(run: () => void): void;
}

/**
 * Passes frames of the stick on, some in each turn of the event loop. What somebody waits for goes first: answers of
 * the stick and of locks. What locks report by themselves follows as fast as the disk takes it, one frame of
 * each lock in turn. An idle intake passes a frame on at once.
 */
export class LineIntake {
  readonly #ports: LineIntakePorts;
  readonly #answers: ReceivedFrame[] = [];
  readonly #lanes = new Map<number, LockLane>();
  #lockFrames = 0;
  #unstored = 0;
  #isDeferred = false;
  #isEnded = false;
  /** Continues the reading of the line. */
  #resume: (() => void) | null = null;

  constructor(ports: LineIntakePorts) {
    this.#ports = ports;
  }

  /** Frames that wait. */
  get length(): number {
    return this.#answers.length + this.#lockFrames;
  }

  /** @param resume called at once, or when there is room for more */
  push(frames: readonly ReceivedFrame[], resume?: () => void): void {
    if (this.#isEnded) {
      for (const frame of frames) this.#ports.pass(frame);
      resume?.();
      return;
    }
    const mayWait = this.length + frames.length > intakeLimits.framesPerTurn;
    for (const frame of frames) this.#add(mayWait ? copied(frame) : frame);
    if (resume !== undefined) this.#resume = resume;
    if (!this.#isDeferred) this.#run();
  }

  /** The session ends: what locks report is not passed on any more, answers are, all at once. */
  end(): void {
    this.#isEnded = true;
    this.#lanes.clear();
    this.#lockFrames = 0;
    for (const answer of this.#answers.splice(0)) this.#ports.pass(answer);
    this.#resumeReading();
  }

  #add(frame: ReceivedFrame): void {
    const read = lockFrameOf(frame);
    if (read === null) {
      this.#answers.push(frame);
      return;
    }
    const lane = this.#laneOf(read);
    const share = Math.max(intakeLimits.framesPerLock, (intakeLimits.frames - this.length) / 2);
    if (lane.length >= share && lane.fold(frame, read)) return;
    lane.add(frame, read);
    this.#lockFrames += 1;
  }

  #laneOf({ peer }: LockFrame): LockLane {
    let lane = this.#lanes.get(peer);
    if (lane === undefined) {
      lane = new LockLane();
      this.#lanes.set(peer, lane);
    }
    return lane;
  }

  #run(): void {
    let ofLocks = 0;
    for (let count = 0; count < intakeLimits.framesPerTurn; count += 1) {
      const answer = this.#answers.shift();
      if (answer !== undefined) this.#ports.pass(answer);
      else if (this.#passLockFrame()) ofLocks += 1;
      else break;
    }
    if (ofLocks > 0) this.#awaitDisk(ofLocks);
    if (this.length < intakeLimits.frames) this.#resumeReading();
    const mayPass = this.#answers.length > 0 || (this.#lockFrames > 0 && this.#mayPassLockFrame);
    if (mayPass) this.#runLater();
  }

  get #mayPassLockFrame(): boolean {
    return this.#unstored < intakeLimits.unstoredFrames;
  }

  /** Passes on the oldest frame of the lock whose turn it is. */
  #passLockFrame(): boolean {
    const [first] = this.#lanes;
    if (first === undefined || !this.#mayPassLockFrame) return false;
    const [peer, lane] = first;
    const frame = lane.take();
    this.#lanes.delete(peer);
    if (lane.length > 0) this.#lanes.set(peer, lane);
    if (frame !== undefined) {
      this.#lockFrames -= 1;
      this.#unstored += 1;
      this.#ports.pass(frame);
    }
    const folded = lane.takeFolded();
    if (folded !== null) this.#ports.folded(peer, folded);
    return true;
  }

  #awaitDisk(frames: number): void {
    const end = () => {
      this.#unstored -= frames;
      if (this.#lockFrames > 0) this.#runLater();
    };
    this.#ports.stored().then(end, end);
  }

  #resumeReading(): void {
    const resume = this.#resume;
    this.#resume = null;
    resume?.();
  }

  #runLater(): void {
    if (this.#isDeferred) return;
    this.#isDeferred = true;
    this.#ports.defer(() => {
      this.#isDeferred = false;
      if (!this.#isEnded) this.#run();
    });
  }
}

/** A frame on its own: a waiting one must not keep the whole chunk that it came in. */
function copied(frame: ReceivedFrame): ReceivedFrame {
  const bytes = Buffer.from(frame.bytes);
  return { ...frame, bytes, data: bytes.subarray(4, -1) };
}
