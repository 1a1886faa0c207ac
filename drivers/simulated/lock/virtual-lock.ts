import type {
  ApsFrame,
  BindRequest,
  Ieee,
  JoinRefusal,
  NodeDescriptor,
  RadioDevice,
  RadioLink,
  RadioNetwork,
  SimpleDescriptor,
  SimulationTime,
} from "../radio.ts";
import { TimeScope } from "../simulation-time.ts";
import { AlarmCode, DoorLockAttribute } from "../zcl/constants.ts";
import { type AssembledLock, assembleLock } from "./assembly.ts";
import type { DoorAct } from "./body/act-log.ts";
import type { EntryResult, Intent } from "./body/code-entry.ts";
import { LockStatus, type StoredUser } from "./body/lock-status.ts";
import { blankMemory, type LogRecord, MemoryFile } from "./body/memory.ts";
import { type MoveResult, Person, type ProgramResult } from "./body/person.ts";
import { receiveFrame } from "./cluster/dispatch.ts";
import { GeneralCommands } from "./cluster/general-commands.ts";
import { Membership } from "./membership.ts";
import { type Profile, type ProfileName, profileOf } from "./profiles.ts";
import { type Quirks, specQuirks } from "./quirks.ts";

export interface VirtualLockOptions {
  readonly ieee: Ieee;
  /** One of the built-in profiles, or one that was read from a record. */
  readonly profile: ProfileName | Profile;
  readonly quirks?: Partial<Quirks>;
  readonly time: SimulationTime;
  /** File that keeps codes, schedules, log, bindings and settings; without it nothing outlives the object. */
  readonly memoryPath?: string;
  /** The clock's error from the start, millionths. */
  readonly driftPpm?: number;
}

/**
 * Answers a request in place of the lock, with a whole ZCL frame or with `silence`; null leaves the request
 * to the lock itself.
 */
export type AnswerOverride = (request: ApsFrame) => Uint8Array | "silence" | null;

/** How long touching the lock keeps its radio awake, ms. */
const touchedMs = 5_000;

/** A Zigbee door lock at the level of ZCL bytes, with a person's hands on it. */
export class VirtualLock implements RadioDevice {
  readonly ieee: Ieee;
  /** Name of a built-in profile, else the recorded model id. */
  readonly profileName: string;
  readonly quirks: Quirks;
  /** See every frame that comes over the air, before the lock does. */
  readonly frameObservers = new Set<(frame: ApsFrame) => void>();
  readonly #lock: AssembledLock;
  readonly #general: GeneralCommands;
  readonly #person: Person;
  readonly #status: LockStatus;
  readonly #membership: Membership;
  readonly #file: MemoryFile;
  readonly #time: TimeScope;
  readonly #profile: Profile;
  #isInRange = true;
  #answer: AnswerOverride | null = null;

  constructor(options: VirtualLockOptions) {
    const { profile: named } = options;
    const profile = typeof named === "string" ? profileOf(named) : named;
    this.#profile = profile;
    this.ieee = options.ieee;
    this.profileName = typeof named === "string" ? named : named.modelId;
    this.quirks = { ...specQuirks, ...profile.quirks, ...options.quirks };
    this.#file = new MemoryFile(options.memoryPath ?? null);
    this.#time = new TimeScope(options.time);
    this.#lock = assembleLock({
      profile,
      quirks: this.quirks,
      time: this.#time,
      file: this.#file,
    });
    this.#general = new GeneralCommands(this.#lock.parts.transmitter, this.#lock.reporting);
    this.#person = new Person(this.#lock);
    this.#status = new LockStatus(this.#lock);
    this.#membership = new Membership(this.#lock, this.#file, this.quirks);
    this.#lock.parts.clock.drift(options.driftPpm ?? 0);
  }

  // The radio's side.

  get node(): NodeDescriptor {
    const { manufacturerCode, record } = this.#profile;
    const asRecorded = record?.node ?? null;
    if (asRecorded !== null) return { ...asRecorded, manufacturerCode };
    return {
      type: "endDevice",
      isReceiverOnWhenIdle: !this.quirks.isSleepy,
      // What listens all the time has to be fed from the wall.
      isMainsPowered: !this.quirks.isSleepy,
      manufacturerCode,
    };
  }

  get endpoints(): readonly SimpleDescriptor[] {
    return this.#membership.endpoints;
  }

  get pollIntervalMs(): number {
    return this.#lock.polling.intervalMs;
  }

  isReachable(): boolean {
    return this.#isInRange && this.#file.memory.batteryPercent > 0;
  }

  joined(link: RadioLink): void {
    this.#membership.joined(link);
  }

  left(): void {
    this.#membership.left();
  }

  receive(frame: ApsFrame): void {
    for (const observer of this.frameObservers) observer(frame);
    const answer = this.#answer?.(frame) ?? null;
    if (answer === "silence") return;
    if (answer !== null) {
      this.#reply(frame, answer);
      return;
    }
    receiveFrame(this.#lock, this.#general, frame);
  }

  bind(request: BindRequest): number {
    return this.#membership.bind(request);
  }

  /** Lets a test answer in place of the lock; null ends it. */
  answerWith(answer: AnswerOverride | null): void {
    this.#answer = answer;
  }

  /** Sends a whole ZCL frame, whatever it holds, from one of its endpoints. */
  say(clusterId: number, sourceEndpoint: number, payload: Uint8Array): void {
    const head = { profileId: 0x0104, clusterId, sourceEndpoint, destinationEndpoint: 1 };
    this.#lock.parts.transmitter.link?.send({ ...head, payload });
  }

  #reply(request: ApsFrame, payload: Uint8Array): void {
    const { profileId, clusterId, sourceEndpoint, destinationEndpoint } = request;
    this.#lock.parts.transmitter.link?.send({
      profileId,
      clusterId,
      sourceEndpoint: destinationEndpoint,
      destinationEndpoint: sourceEndpoint,
      payload,
    });
  }

  get isJoined(): boolean {
    return this.#membership.isJoined;
  }

  /** On the network and with its radio running; false after a restart until it has rejoined. */
  get isConnected(): boolean {
    return this.#membership.isConnected;
  }

  /** Joins, or comes back to the network it knows. @returns why not, or null. */
  join(network: RadioNetwork, installCode?: Uint8Array): JoinRefusal | null {
    if (this.isJoined && network.rejoin(this) === null) return null;
    return network.join(this, installCode === undefined ? {} : { installCode });
  }

  leave(): void {
    this.#lock.parts.transmitter.link?.leave();
    if (this.isJoined) this.left();
  }

  /** Leaves with the rejoin flag and comes back at once: no goodbye. */
  leaveAndRejoin(): void {
    this.#lock.parts.transmitter.link?.leave(true);
  }

  // A person's hands. Touching the lock wakes its radio.

  /** Types a code; `intent` is to unlock unless said otherwise. */
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
    this.#lock.polling.slow();
  }

  /** Polls fast for `durationMs`, as after a touch. */
  wake(durationMs: number = touchedMs): void {
    this.#lock.polling.fastFor(durationMs);
  }

  /** Sends the Poll Control check-in now. */
  checkIn(): void {
    this.#lock.polling.checkIn();
  }

  goOutOfRange(): void {
    this.#isInRange = false;
  }

  comeBack(): void {
    this.#isInRange = true;
  }

  /** Sets the lock's clock by hand, ZigBee seconds since 2000. */
  setClock(utcSeconds: number, localOffsetSeconds = 0): void {
    this.#lock.parts.clock.set(utcSeconds, localOffsetSeconds);
  }

  loseClock(): void {
    this.#lock.parts.clock.lose();
  }

  /** From now on the clock gains `ppm` millionths. */
  drift(ppm: number): void {
    this.#lock.parts.clock.drift(ppm);
  }

  /** Batteries out and in: timers are lost, the flash stays, the lock rejoins and says so. */
  powerCycle(network: RadioNetwork): JoinRefusal | null {
    this.#membership.disconnect();
    this.#lock.parts.clock.lose();
    const refusal = this.isJoined ? network.rejoin(this) : null;
    if (refusal === null) this.#lock.parts.events.alarm(AlarmCode.rfModulePowerCycled);
    return refusal;
  }

  /** Back to the state of the box: says so, leaves, forgets everything. */
  factoryReset(): void {
    this.#lock.parts.events.alarm(AlarmCode.resetToFactory);
    this.leave();
    this.#lock.parts.bolt.stop();
    Object.assign(this.#file.memory, blankMemory());
    this.#file.changed();
  }

  /** Stops its timers: the simulation ends. Nothing is forgotten. */
  stop(): void {
    this.#membership.disconnect();
    this.#time.cancelAll();
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
    return this.#lock.parts.log.all();
  }

  /** The last acts, at most 1000, oldest first. */
  acts(): readonly DoorAct[] {
    return this.#lock.parts.acts.all();
  }

  /** Watches the door. @returns a function that ends it. */
  onAct(observer: (act: DoorAct) => void): () => void {
    return this.#lock.parts.acts.observe(observer);
  }

  get lockState(): LockStatus["lockState"] {
    return this.#status.lockState;
  }

  get doorState(): LockStatus["doorState"] {
    return this.#status.doorState;
  }

  get batteryPercent(): number {
    return this.#file.memory.batteryPercent;
  }

  /** ZigBee local time by the lock's own clock; null when it has none. */
  get localSeconds(): number | null {
    return this.#lock.parts.clock.localSeconds();
  }

  get operatingMode(): number {
    return this.#lock.parts.settings.get(DoorLockAttribute.operatingMode);
  }

  #touched(): Person {
    this.wake();
    return this.#person;
  }
}
