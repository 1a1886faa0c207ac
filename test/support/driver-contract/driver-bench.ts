import type { LockId, UserId } from "../../../daemon/core/model/door-lock.ts";
import type { LockDriver, PairingStep } from "../../../drivers/lock-driver.ts";
import type { ListenerRecord } from "../radio/zigbee-rig.ts";

/**
 * The locks of a bench. `main` follows the ZCL: schedules, a clock that is written, a log. Each of the
 * others has one habit, as far as its driver can show it.
 */
export const roles = ["main", "plain", "late", "mute", "sleepy", "repeating"] as const;

/**
 * - `plain` has no clock that can be written, and no log.
 * - `late` answers each command {@link lateAnswerMs} after it.
 * - `mute` takes every command and answers none once it is paired.
 * - `sleepy` listens for a while after it was paired or touched, and then only to frames after its own.
 * - `repeating` sends each frame of its own twice, as after a lost acknowledgement.
 */
export type Role = (typeof roles)[number];

/** Answers of the lock `late` come this long after the command. */
export const lateAnswerMs = 250;

/** One lock within reach of a driver, with a person's hands on it. */
export interface BenchLock {
  readonly id: LockId;
  readonly endpoint: number;
  /** The code that the slot really has; null = empty. */
  codeIn(userId: UserId): string | null;
  /** A person sets a code at the keypad. */
  program(userId: UserId, code: string): void;
  /** A person enters a code that opens the door. */
  enter(userId: UserId, code: string): void;
  reportBattery(percent: number): void;
  reportDoor(state: "open" | "closed"): void;
  /** The lock stops listening, if it is a sleeper. */
  sleep(): void;
  goOutOfRange(): void;
  comeBack(): void;
  /** The lock leaves the network and says so. */
  leave(): void;
}

/** A driver with locks in its reach, and the means to disturb both. */
export interface DriverBench {
  /** The newest driver; {@link renew} makes another one. */
  readonly driver: LockDriver;
  /** What the newest driver has reported. */
  readonly listener: ListenerRecord;
  lock(role: Role): BenchLock;
  /** Starts the driver on the locks that were paired before. */
  start(): Promise<void>;
  /** A new driver on the same network, not started: the next process of the gateway. */
  renew(): void;
  /** Pairs a lock, with the network opened for exactly this one. */
  pair(role: Role): Promise<Extract<PairingStep, { step: "paired" }>>;
  pullStick(): void;
  plugStick(): void;
  /** ms on the clock by which the driver's deadlines run. */
  nowMs(): number;
  /** Waits for a promise, and lets time pass meanwhile. */
  passing<T>(promise: Promise<T>): Promise<T>;
  /** Waits until `find` finds something, and lets time pass meanwhile. */
  until<T>(what: string, find: () => T | undefined): Promise<T>;
  close(): Promise<void>;
}
