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
import { type AssembledLock, assembleLock } from "./assembly.ts";
import { MemoryFile } from "./body/memory.ts";
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

/** A Zigbee door lock as the radio sees it: its descriptors, its membership of a network, its frames. */
export class LockDevice implements RadioDevice {
  readonly ieee: Ieee;
  /** Name of a built-in profile, else the recorded model id. */
  readonly profileName: string;
  readonly quirks: Quirks;
  /** Called with every frame that comes by radio, before the lock takes it. */
  readonly frameObservers = new Set<(frame: ApsFrame) => void>();
  protected readonly lock: AssembledLock;
  protected readonly file: MemoryFile;
  protected readonly membership: Membership;
  protected isInRange = true;
  readonly #general: GeneralCommands;
  readonly #time: TimeScope;
  readonly #profile: Profile;
  #answer: AnswerOverride | null = null;

  constructor(options: VirtualLockOptions) {
    const { profile: named } = options;
    const profile = typeof named === "string" ? profileOf(named) : named;
    this.#profile = profile;
    this.ieee = options.ieee;
    this.profileName = typeof named === "string" ? named : named.modelId;
    this.quirks = { ...specQuirks, ...profile.quirks, ...options.quirks };
    this.file = new MemoryFile(options.memoryPath ?? null);
    this.#time = new TimeScope(options.time);
    const { quirks, file } = this;
    this.lock = assembleLock({ profile, quirks, time: this.#time, file });
    this.#general = new GeneralCommands(this.lock.parts.transmitter, this.lock.reporting);
    this.membership = new Membership(this.lock, file, quirks);
    this.lock.parts.clock.drift(options.driftPpm ?? 0);
  }

  get node(): NodeDescriptor {
    const { manufacturerCode, record } = this.#profile;
    const asRecorded = record?.node ?? null;
    if (asRecorded !== null) return { ...asRecorded, manufacturerCode };
    return {
      type: "endDevice",
      isReceiverOnWhenIdle: !this.quirks.isSleepy,
      // A lock that always listens needs mains power.
      isMainsPowered: !this.quirks.isSleepy,
      manufacturerCode,
    };
  }

  get endpoints(): readonly SimpleDescriptor[] {
    return this.membership.endpoints;
  }

  get pollIntervalMs(): number {
    return this.lock.polling.intervalMs;
  }

  isReachable(): boolean {
    return this.isInRange && this.file.memory.batteryPercent > 0;
  }

  joined(link: RadioLink): void {
    this.membership.joined(link);
  }

  left(): void {
    this.membership.left();
  }

  receive(frame: ApsFrame): void {
    for (const observer of this.frameObservers) observer(frame);
    const answer = this.#answer?.(frame) ?? null;
    if (answer === "silence") return;
    if (answer !== null) {
      this.#reply(frame, answer);
      return;
    }
    receiveFrame(this.lock, this.#general, frame);
  }

  bind(request: BindRequest): number {
    return this.membership.bind(request);
  }

  /** Lets a test answer in place of the lock; null ends it. */
  answerWith(answer: AnswerOverride | null): void {
    this.#answer = answer;
  }

  /** Sends a whole ZCL frame with any content from one of its endpoints. */
  say(clusterId: number, sourceEndpoint: number, payload: Uint8Array): void {
    const head = { profileId: 0x0104, clusterId, sourceEndpoint, destinationEndpoint: 1 };
    this.lock.parts.transmitter.link?.send({ ...head, payload });
  }

  #reply(request: ApsFrame, payload: Uint8Array): void {
    const { profileId, clusterId, sourceEndpoint, destinationEndpoint } = request;
    this.lock.parts.transmitter.link?.send({
      profileId,
      clusterId,
      sourceEndpoint: destinationEndpoint,
      destinationEndpoint: sourceEndpoint,
      payload,
    });
  }

  get isJoined(): boolean {
    return this.membership.isJoined;
  }

  /** On the network and with its radio running; false after a restart until it has rejoined. */
  get isConnected(): boolean {
    return this.membership.isConnected;
  }

  /** Joins, or comes back to the network it knows. @returns why not, or null. */
  join(network: RadioNetwork, installCode?: Uint8Array): JoinRefusal | null {
    if (this.isJoined && network.rejoin(this) === null) return null;
    return network.join(this, installCode === undefined ? {} : { installCode });
  }

  leave(): void {
    this.lock.parts.transmitter.link?.leave();
    if (this.isJoined) this.left();
  }

  /** Leaves with the rejoin flag and comes back at once. */
  leaveAndRejoin(): void {
    this.lock.parts.transmitter.link?.leave(true);
  }

  /** Stops the lock's timers: the simulation ends. The lock forgets nothing. */
  stop(): void {
    this.membership.disconnect();
    this.#time.cancelAll();
  }
}
