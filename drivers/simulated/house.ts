import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DoorAct } from "./lock/body/act-log.ts";
import { isProfileName, type Profile, type ProfileName } from "./lock/profiles.ts";
import type { Quirks } from "./lock/quirks.ts";
import { VirtualLock } from "./lock/virtual-lock.ts";
import type { Ieee, JoinRefusal, SimulationTime } from "./radio.ts";
import { realTime } from "./simulation-time.ts";
import { SimulatedStick } from "./stick/stick.ts";

/** Locks one house holds: beyond it {@link SimulatedHouse.addLock} throws. */
export const maxLocks = 200;
/** How often locks that are not on the network try to get onto it. */
const joinEveryMs = 500;

export interface HouseOptions {
  /** Real time by default. */
  readonly time?: SimulationTime;
  /** Folder for the stick's flash and the locks' memories; without it all is lost at the end. */
  readonly statePath?: string;
  /** Locks join whenever joining is permitted, and rejoin the network they know; true by default. */
  readonly isAutoJoining?: boolean;
  readonly firmwareRevision?: number;
  /** Direct children the stick takes, 50 by default. */
  readonly childCapacity?: number;
}

export interface LockOptions {
  /** A built-in profile, or one of a recorded lock, which is not kept over a restart. */
  readonly profile: ProfileName | Profile;
  /** 16 lower-case hex digits; the next free one by default. */
  readonly ieee?: Ieee;
  readonly quirks?: Partial<Quirks>;
  /** Not kept over a restart. */
  readonly driftPpm?: number;
}

interface KeptLock {
  readonly ieee: Ieee;
  readonly profile: ProfileName;
  readonly quirks: Partial<Quirks>;
}

/** A stick and the locks within its reach. */
export class SimulatedHouse {
  readonly stick: SimulatedStick;
  readonly time: SimulationTime;
  readonly #statePath: string | null;
  readonly #isAutoJoining: boolean;
  readonly #locks = new Map<Ieee, VirtualLock>();
  readonly #kept: KeptLock[] = [];
  readonly #observers = new Set<(ieee: Ieee, act: DoorAct) => void>();
  #cancelJoining: () => void = () => {};

  /** @throws the file system's errors when the state folder cannot be made. */
  constructor(options: HouseOptions = {}) {
    this.time = options.time ?? realTime();
    this.#statePath = options.statePath ?? null;
    this.#isAutoJoining = options.isAutoJoining ?? true;
    if (this.#statePath !== null) mkdirSync(this.#statePath, { recursive: true, mode: 0o700 });
    this.stick = new SimulatedStick({
      time: this.time,
      ...(this.#statePath === null ? {} : { nvPath: join(this.#statePath, "stick.json") }),
      ...(options.firmwareRevision === undefined
        ? {}
        : { firmwareRevision: options.firmwareRevision }),
      ...(options.childCapacity === undefined ? {} : { childCapacity: options.childCapacity }),
    });
  }

  /** Powers the stick and brings back the locks of the state folder. */
  open(): void {
    this.stick.open();
    if (this.#statePath !== null) {
      for (const kept of readKept(join(this.#statePath, "locks.json"))) this.addLock(kept);
    }
    this.#joinLater();
  }

  async close(): Promise<void> {
    this.#cancelJoining();
    for (const lock of this.#locks.values()) lock.stop();
    await this.stick.close();
  }

  /** @throws RangeError when the address is taken or no address, or the house is full. */
  addLock(options: LockOptions): VirtualLock {
    if (this.#locks.size >= maxLocks) throw new RangeError(`the house holds ${maxLocks} locks`);
    const ieee = options.ieee ?? this.#freeIeee();
    if (!/^[0-9a-f]{16}$/.test(ieee)) throw new RangeError("ieee must be 16 lower-case hex digits");
    if (this.#locks.has(ieee)) throw new RangeError(`ieee ${ieee} is taken`);
    const lock = new VirtualLock({
      ieee,
      profile: options.profile,
      quirks: options.quirks ?? {},
      time: this.time,
      ...(options.driftPpm === undefined ? {} : { driftPpm: options.driftPpm }),
      ...(this.#statePath === null ? {} : { memoryPath: join(this.#statePath, `${ieee}.json`) }),
    });
    lock.onAct((act) => {
      for (const observer of this.#observers) observer(ieee, act);
    });
    this.#locks.set(ieee, lock);
    if (typeof options.profile === "string") {
      this.#kept.push({ ieee, profile: options.profile, quirks: options.quirks ?? {} });
      this.#keep();
    }
    return lock;
  }

  lock(ieee: Ieee): VirtualLock | null {
    return this.#locks.get(ieee) ?? null;
  }

  locks(): VirtualLock[] {
    return [...this.#locks.values()];
  }

  /** Joins or rejoins one lock now. @returns why not, or null. */
  join(lock: VirtualLock, installCode?: Uint8Array): JoinRefusal | null {
    return lock.join(this.stick, installCode);
  }

  /** Watches all doors. @returns a function that ends it. */
  onAct(observer: (ieee: Ieee, act: DoorAct) => void): () => void {
    this.#observers.add(observer);
    return () => {
      this.#observers.delete(observer);
    };
  }

  #joinLater(): void {
    if (!this.#isAutoJoining) return;
    this.#cancelJoining = this.time.after(joinEveryMs, () => {
      if (this.stick.isFormed) this.#joinAll();
      this.#joinLater();
    });
  }

  #joinAll(): void {
    for (const lock of this.#locks.values()) {
      if (lock.isConnected || !lock.isReachable()) continue;
      if (lock.isJoined || this.stick.isPermittingJoin) lock.join(this.stick);
    }
  }

  #freeIeee(): Ieee {
    for (let number = this.#locks.size + 1; ; number++) {
      const ieee = `a4c13800${number.toString(16).padStart(8, "0")}`;
      if (!this.#locks.has(ieee)) return ieee;
    }
  }

  #keep(): void {
    if (this.#statePath === null) return;
    writeFileSync(join(this.#statePath, "locks.json"), JSON.stringify(this.#kept), { mode: 0o600 });
  }
}

/** @throws SyntaxError or TypeError when the file is not a list of locks. */
function readKept(path: string): KeptLock[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  const kept: KeptLock[] = JSON.parse(text);
  const isList = Array.isArray(kept) && kept.every(({ profile }) => isProfileName(profile));
  if (!isList) throw new TypeError(`${path} is not a list of locks of known profiles`);
  return kept;
}
