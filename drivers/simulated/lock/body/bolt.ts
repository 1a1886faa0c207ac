import type { SimulationTime } from "../../radio.ts";
import { AlarmCode, ClusterId, DoorLockAttribute, Operation, Source } from "../../zcl/constants.ts";
import type { Settings } from "../cluster/settings.ts";
import type { Quirks } from "../quirks.ts";
import type { ActLog } from "./act-log.ts";
import type { Events, OperationEvent } from "./events.ts";
import type { MemoryFile } from "./memory.ts";

const a = DoorLockAttribute;

/** lockState (0x0000) on the wire. */
export const BoltState = { notFullyLocked: 0, locked: 1, unlocked: 2 } as const;
/** doorState (0x0003) on the wire. */
export const DoorPosition = { open: 0, closed: 1, jammed: 2, forcedOpen: 3 } as const;

const passageMode = 4;

/** Onesti's byte for the source of an operation; 0x0a is the lock itself. */
const activitySource: Record<number, number> = { 0: 0x02, 1: 0x00, 2: 0x0a, 3: 0x04 };

interface BoltParts {
  readonly quirks: Quirks;
  readonly time: SimulationTime;
  readonly file: MemoryFile;
  readonly settings: Settings;
  readonly events: Events;
  readonly acts: ActLog;
  /** An attribute changed: report it as configured. */
  readonly changed: (clusterId: number, attributeId: number) => void;
  /** Reports the bolt in a frame of the vendor's own. */
  readonly sayVendorState: (isLocked: boolean) => void;
  /** Report it at once, configured or not. */
  readonly report: (clusterId: number, attributeId: number) => void;
}

/** The bolt and the door leaf: how they move, what the lock reports, and when it locks again automatically. */
export class Bolt {
  readonly #parts: BoltParts;
  #cancelRelock: () => void = () => {};
  #isJammed = false;
  /** Onesti's attribute 0x0100 and the code behind 0x0101. */
  activity = 0;
  lastCode = "";

  constructor(parts: BoltParts) {
    this.#parts = parts;
  }

  get state(): number {
    return this.#parts.file.memory.lockState;
  }

  get doorState(): number {
    return this.#parts.file.memory.doorState;
  }

  get isJammed(): boolean {
    return this.#isJammed;
  }

  /**
   * Moves the bolt and reports it. A jammed bolt stays half way and raises an alarm.
   * @param relockSeconds locks again after this time; default autoRelockTime, 0 = never
   * @returns whether it moved.
   */
  move(to: "locked" | "unlocked", event: OperationEvent, relockSeconds?: number): boolean {
    if (this.#isJammed) {
      this.#reportJam();
      return false;
    }
    this.#cancelRelock();
    this.#setState(to === "locked" ? BoltState.locked : BoltState.unlocked);
    this.#reportMove(event);
    this.#parts.acts.add({
      act: to === "locked" ? "locked" : "opened",
      source: event.source,
      userId: event.userId,
      reason: null,
    });
    const { settings } = this.#parts;
    const usual =
      settings.get(a.operatingMode) === passageMode ? 0 : settings.get(a.autoRelockTime);
    const seconds = relockSeconds ?? usual;
    if (to === "unlocked" && seconds > 0) this.#relockAfter(seconds);
    return true;
  }

  jam(): void {
    this.#isJammed = true;
    this.#cancelRelock();
    this.#reportJam();
  }

  /** A hand on the knob frees a jammed bolt. */
  free(): void {
    this.#isJammed = false;
  }

  setDoor(position: number): void {
    const { file, settings, changed, quirks } = this.#parts;
    if (file.memory.doorState === position) return;
    file.memory.doorState = position;
    file.changed();
    if (!quirks.hasDoorSensor) return;
    const counter = position === DoorPosition.closed ? a.doorClosedEvents : a.doorOpenEvents;
    settings.set(counter, (settings.get(counter) + 1) % 2 ** 32);
    changed(ClusterId.doorLock, a.doorState);
  }

  /** Stops the timers: the power is gone. */
  stop(): void {
    this.#cancelRelock();
  }

  #relockAfter(seconds: number): void {
    this.#cancelRelock = this.#parts.time.after(seconds * 1000, () => {
      this.move("locked", {
        source: Source.manual,
        code: Operation.autoLock,
        userId: null,
        pin: "",
      });
    });
  }

  #setState(state: number): void {
    this.#parts.file.memory.lockState = state;
    this.#parts.file.changed();
    if (this.#parts.quirks.hasVendorStateFrames) {
      this.#parts.sayVendorState(state === BoltState.locked);
    }
  }

  #reportMove(event: OperationEvent): void {
    const { quirks, events, time, changed } = this.#parts;
    const sendState = (): void => changed(ClusterId.doorLock, a.lockState);
    const sendEvent = (): void => {
      events.operation(event);
      this.#reportActivity(event);
    };
    const [first, second] =
      quirks.eventOrder === "eventFirst" ? [sendEvent, sendState] : [sendState, sendEvent];
    first();
    if (quirks.eventGapMs === 0) second();
    else time.after(quirks.eventGapMs, second);
  }

  #reportActivity(event: OperationEvent): void {
    const { quirks, report } = this.#parts;
    if (quirks.activityAttributes === "none") return;
    const action = this.state === BoltState.locked ? 1 : 2;
    const source = activitySource[event.source] ?? 0x05;
    this.activity = source * 2 ** 24 + action * 2 ** 16 + (event.userId ?? 0);
    this.lastCode = event.pin;
    report(ClusterId.doorLock, a.onestiActivity);
    if (event.pin.length > 0) report(ClusterId.doorLock, a.onestiLastCode);
  }

  #reportJam(): void {
    this.#setState(BoltState.notFullyLocked);
    this.#parts.acts.add({ act: "jammed", source: Source.manual, userId: null, reason: null });
    this.#parts.changed(ClusterId.doorLock, a.lockState);
    this.#parts.events.alarm(AlarmCode.deadboltJammed);
  }
}
