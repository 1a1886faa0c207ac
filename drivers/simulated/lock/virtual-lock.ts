import type { JoinRefusal, RadioNetwork } from "../radio.ts";
import { AlarmCode, DoorLockAttribute } from "../zcl/constants.ts";
import type { DoorAct } from "./body/act-log.ts";
import type { EntryResult, Intent } from "./body/code-entry.ts";
import { LockStatus, type StoredUser } from "./body/lock-status.ts";
import { blankMemory, type LogRecord } from "./body/memory.ts";
import { type MoveResult, Person, type ProgramResult } from "./body/person.ts";
import { LockDevice } from "./lock-device.ts";

/** How long touching the lock keeps its radio awake, ms. */
const touchedMs = 5_000;

/** A Zigbee door lock at the level of ZCL bytes, with a person's hands on it. */
export class VirtualLock extends LockDevice {
  readonly #person = new Person(this.lock);
  readonly #status = new LockStatus(this.lock);

  // A person's hands. Touching the lock wakes its radio.

  /** Enters a code, to unlock by default. */
  keypad(code: string, intent: Intent = "unlock"): EntryResult {
    return this.#touched().keypad(code, intent);
  }

  /** Locks with one touch of the keypad. */
  lockKeypad(): MoveResult {
    return this.#touched().oneTouch();
  }

  /** Holds a fob to the reader. @param fob one character per octet. */
  rfid(fob: string, intent: Intent = "unlock"): EntryResult {
    return this.#touched().rfid(fob, intent);
  }

  turnKnob(to: Intent): MoveResult {
    return this.#touched().turnKnob(to);
  }

  useKey(to: Intent): MoveResult {
    return this.#touched().useKey(to);
  }

  programAtKeypad(user: { readonly userId: number; readonly code: string }): ProgramResult {
    return this.#touched().program(user.userId, user.code);
  }

  changeAtKeypad(user: { readonly userId: number; readonly code: string }): ProgramResult {
    if (this.storedUser(user.userId) === null) return "empty";
    return this.programAtKeypad(user);
  }

  /** @param userId without it, all users. */
  deleteAtKeypad(userId: number | null = null): ProgramResult {
    return this.#touched().delete(userId);
  }

  changeMaster(code: string): ProgramResult {
    return this.#touched().changeMaster(code);
  }

  forceDoor(): void {
    this.#person.forceDoor();
  }

  removeCover(): void {
    this.#person.removeCover();
  }

  jam(): void {
    this.#person.jam();
  }

  door(position: "open" | "closed"): void {
    this.#person.door(position);
  }

  /** @param percent 0 … 100; at 0 the lock is dead to the radio. */
  setBattery(percent: number): void {
    this.#person.setBattery(percent);
  }

  /** Ends fast polling; frames wait for the long poll. */
  sleep(): void {
    this.lock.polling.slow();
  }

  /** Polls fast for `durationMs`, as after a touch. */
  wake(durationMs: number = touchedMs): void {
    this.lock.polling.fastFor(durationMs);
  }

  /** Sends the Poll Control check-in now. */
  checkIn(): void {
    this.lock.polling.checkIn();
  }

  goOutOfRange(): void {
    this.isInRange = false;
  }

  comeBack(): void {
    this.isInRange = true;
  }

  /** Sets the lock's clock by hand, ZigBee seconds since 2000. */
  setClock(utcSeconds: number, localOffsetSeconds = 0): void {
    this.lock.parts.clock.set(utcSeconds, localOffsetSeconds);
  }

  loseClock(): void {
    this.lock.parts.clock.lose();
  }

  /** From now on the clock gains `ppm` millionths. */
  drift(ppm: number): void {
    this.lock.parts.clock.drift(ppm);
  }

  /** Batteries out and in: timers are lost, the flash is kept, the lock rejoins and sends an alarm. */
  powerCycle(network: RadioNetwork): JoinRefusal | null {
    this.membership.disconnect();
    this.lock.parts.clock.lose();
    const refusal = this.isJoined ? network.rejoin(this) : null;
    if (refusal === null) this.lock.parts.events.alarm(AlarmCode.rfModulePowerCycled);
    return refusal;
  }

  /** Resets the lock as from the factory: it sends an alarm, leaves, and forgets everything. */
  factoryReset(): void {
    this.lock.parts.events.alarm(AlarmCode.resetToFactory);
    this.leave();
    this.lock.parts.bolt.stop();
    Object.assign(this.file.memory, blankMemory());
    this.file.changed();
  }

  // What is true at the door.

  users(): StoredUser[] {
    return this.#status.users();
  }

  /** The PIN user of a slot, null = empty. */
  storedUser(userId: number): StoredUser | null {
    return this.#status.user(userId);
  }

  log(): readonly LogRecord[] {
    return this.lock.parts.log.all();
  }

  /** The last acts, at most 1000, oldest first. */
  acts(): readonly DoorAct[] {
    return this.lock.parts.acts.all();
  }

  /** Watches the door. @returns a function that ends it. */
  onAct(observer: (act: DoorAct) => void): () => void {
    return this.lock.parts.acts.observe(observer);
  }

  get lockState(): LockStatus["lockState"] {
    return this.#status.lockState;
  }

  get doorState(): LockStatus["doorState"] {
    return this.#status.doorState;
  }

  get batteryPercent(): number {
    return this.file.memory.batteryPercent;
  }

  /** ZigBee local time by the lock's own clock; null when it has none. */
  get localSeconds(): number | null {
    return this.lock.parts.clock.localSeconds();
  }

  get operatingMode(): number {
    return this.lock.parts.settings.get(DoorLockAttribute.operatingMode);
  }

  #touched(): Person {
    this.wake();
    return this.#person;
  }
}
