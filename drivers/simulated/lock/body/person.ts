import {
  AlarmCode,
  ClusterId,
  DoorLockAttribute,
  Operation,
  Programming,
  Source,
  UserStatusCode,
  UserTypeCode,
} from "../../zcl/constants.ts";
import type { AssembledLock } from "../assembly.ts";
import { batteryMinPercent } from "../cluster/small-clusters.ts";
import { BoltState, DoorPosition } from "./bolt.ts";
import type { EntryResult, Intent } from "./code-entry.ts";
import { SetCodeStatus } from "./code-table.ts";
import { programmingCode } from "./events.ts";

const a = DoorLockAttribute;
const batteryAlarmState = 0x003e;
const batteryVoltage = 0x0020;
const batteryPercentageRemaining = 0x0021;

/** How programming at the keypad ended; `notAllowed` is enableLocalProgramming false. */
export type ProgramResult = "done" | "notAllowed" | "refused" | "duplicate" | "full" | "empty";
export type MoveResult = "moved" | "jammed" | "refused";

/** A person at the door: everything that a hand can do to a lock. */
export class Person {
  readonly #lock: AssembledLock;

  constructor(lock: AssembledLock) {
    this.#lock = lock;
  }

  /** Types a code. */
  keypad(code: string, intent: Intent): EntryResult {
    return this.#lock.parts.entry.present(Source.keypad, code, intent);
  }

  /** Holds a fob to the reader. @param fob one character per octet. */
  rfid(fob: string, intent: Intent): EntryResult {
    return this.#lock.parts.entry.present(Source.rfid, fob, intent);
  }

  /** Locks with one touch, where enableOneTouchLocking lets it. */
  oneTouch(): MoveResult {
    if (!this.#lock.parts.settings.is(a.enableOneTouchLocking)) return "refused";
    return this.#move("locked", Operation.oneTouchLock);
  }

  turnKnob(to: Intent): MoveResult {
    this.#lock.parts.bolt.free();
    return to === "lock"
      ? this.#move("locked", Operation.manualLock)
      : this.#move("unlocked", Operation.manualUnlock);
  }

  useKey(to: Intent): MoveResult {
    return to === "lock"
      ? this.#move("locked", Operation.keyLock)
      : this.#move("unlocked", Operation.keyUnlock);
  }

  program(userId: number, code: string): ProgramResult {
    const { pins, settings, acts, events } = this.#lock.parts;
    if (!settings.is(a.enableLocalProgramming)) return "notAllowed";
    const before = pins.get(userId);
    const record = {
      status: UserStatusCode.occupiedEnabled,
      type: before?.type ?? UserTypeCode.unrestricted,
      code,
    };
    const status = pins.set(userId, record);
    if (status === SetCodeStatus.memoryFull) return "full";
    if (status === SetCodeStatus.duplicateCode) return "duplicate";
    if (status !== SetCodeStatus.success) return "refused";
    acts.add({ act: "programmed", source: Source.keypad, userId, reason: null });
    events.programming({
      source: Source.keypad,
      code: programmingCode("pin", before === null ? "added" : "changed"),
      userId,
      pin: code,
      userType: record.type,
      userStatus: record.status,
    });
    return "done";
  }

  /** @param userId null deletes all users. */
  delete(userId: number | null): ProgramResult {
    const { pins, rfids, schedules, settings, acts, events } = this.#lock.parts;
    if (!settings.is(a.enableLocalProgramming)) return "notAllowed";
    const userIds = userId === null ? pins.entries().map(([id]) => id) : [userId];
    if (userId !== null && pins.get(userId) === null) return "empty";
    for (const id of userIds) {
      pins.clear(id);
      if (rfids.get(id) === null) schedules.dropUser(id);
    }
    acts.add({ act: "deleted", source: Source.keypad, userId, reason: null });
    events.programming({
      source: Source.keypad,
      code: Programming.pinCodeDeleted,
      userId: userId ?? "all",
      pin: "",
      userType: UserTypeCode.notSupported,
      userStatus: UserStatusCode.available,
    });
    return "done";
  }

  changeMaster(code: string): ProgramResult {
    const { file, pins, events, acts, quirks } = this.#lock.parts;
    const isLength = code.length >= quirks.minPinLength && code.length <= quirks.maxPinLength;
    if (!isLength || !/^[0-9]+$/.test(code)) return "refused";
    if (pins.findByCode(code) !== null) return "duplicate";
    file.memory.masterCode = code;
    file.changed();
    acts.add({ act: "programmed", source: Source.keypad, userId: null, reason: null });
    events.programming({
      source: Source.keypad,
      code: Programming.masterCodeChanged,
      userId: 0,
      pin: code,
      userType: UserTypeCode.master,
      userStatus: UserStatusCode.occupiedEnabled,
    });
    return "done";
  }

  /** Breaks the door open; an alarm only when it was locked. */
  forceDoor(): void {
    const { bolt, events, acts } = this.#lock.parts;
    bolt.setDoor(DoorPosition.forcedOpen);
    if (bolt.state !== BoltState.locked) return;
    acts.add({ act: "alarm", source: Source.manual, userId: null, reason: "doorForcedOpen" });
    events.alarm(AlarmCode.doorForcedOpen);
  }

  removeCover(): void {
    const { acts, events } = this.#lock.parts;
    const reason = "frontEscutcheonRemoved";
    acts.add({ act: "alarm", source: Source.manual, userId: null, reason });
    events.alarm(AlarmCode.frontEscutcheonRemoved);
  }

  jam(): void {
    this.#lock.parts.bolt.jam();
  }

  door(position: "open" | "closed"): void {
    this.#lock.parts.bolt.setDoor(position === "open" ? DoorPosition.open : DoorPosition.closed);
  }

  /** @param percent 0 … 100; 0 is a dead lock. */
  setBattery(percent: number): void {
    const { file, events } = this.#lock.parts;
    const before = file.memory.batteryPercent;
    file.memory.batteryPercent = Math.min(100, Math.max(0, percent));
    file.changed();
    for (const id of [batteryVoltage, batteryPercentageRemaining, batteryAlarmState]) {
      this.#lock.reporting.changed(ClusterId.powerConfiguration, id);
    }
    if (before > batteryMinPercent && percent <= batteryMinPercent) events.batteryAlarm();
  }

  #move(to: "locked" | "unlocked", code: number): MoveResult {
    const event = { source: Source.manual, code, userId: null, pin: "" };
    return this.#lock.parts.bolt.move(to, event) ? "moved" : "jammed";
  }
}
