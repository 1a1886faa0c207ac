import type { Controller, Models } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../../daemon/core/model/door-lock.ts";
import type { IdentityDoubt } from "../../lock-driver.ts";
import { hasNoAddress, unknownAddress } from "../herdsman/device-database.ts";
import {
  filterJoins,
  interceptDepartures,
  member,
  takeUnknownSenders,
} from "../herdsman/herdsman-internals.ts";
import { AddressQuestions } from "./address-questions.ts";
import { type DeparturePorts, Departures, sleepyAnswerMs } from "./departures.ts";

/** A lock that listens answers within this time. */
const answerMs = 5_000;
/** Time in which several devices may claim to be a lock whose address is not known. */
const contestMs = 3_000;
/** Network addresses that one lost lock may be claimed to have in that time. */
const maxClaims = 4;
/** An address that was refused for a lock is not checked again within this time. */
const refusalMs = 60_000;
/** Between the end of one check of a lock and the next. */
const checkPauseMs = 5_000;
/** Refused addresses kept; beyond it the oldest is forgotten. */
const maxRefusals = 64;

export interface PresencePorts extends DeparturePorts {
  readonly controller: () => Controller | null;
  /** A person has opened the network for exactly this lock. */
  readonly isExpected: (lock: LockId) => boolean;
  /** `twice`: two devices claim to be one lock; `joined`: it had left, and has not joined since. */
  readonly onDoubt: (lock: LockId, doubt: IdentityDoubt) => void;
  /** A lock has another network address: what is under way to the old one does not reach it. */
  readonly onMoved: (lock: LockId) => void;
}

/**
 * Where our locks are, as far as that is proven. Joins, announcements, address answers and departures carry
 * a lock's IEEE address and no proof that they come from it (Zigbee 4.5: the network key is everybody's).
 * They are only a reason to ask: a new network address counts when the lock answers there and not at the
 * old one, a departure when it does not answer any more.
 */
export class Presence {
  readonly #ports: PresencePorts;
  readonly #questions: AddressQuestions;
  readonly departures: Departures;
  /** The proven network address of each lock of ours. */
  readonly #addresses = new Map<LockId, number>();
  readonly #checks = new Map<LockId, Promise<boolean>>();
  /** Addresses claimed for a lock whose own is not known. */
  readonly #claims = new Map<LockId, Set<number>>();
  readonly #refusals = new Map<string, number>();
  readonly #checkedMs = new Map<LockId, number>();
  #attached: Controller | null = null;

  constructor(ports: PresencePorts) {
    this.#ports = ports;
    this.#questions = new AddressQuestions(ports);
    this.departures = new Departures(ports, this.#questions);
  }

  /** Must be called before the controller starts, so that no claim of an address counts unchecked. */
  attach(controller: Controller): void {
    this.#attached = controller;
    takeUnknownSenders(controller, (networkAddress) => this.#questions.askSender(networkAddress));
    filterJoins(controller, (payload) => this.#mayJoin(controller, payload));
    interceptDepartures(controller, (payload, pass) => {
      const lock = lockOf(controller, payload);
      if (lock === null || !this.#ports.isOurs(lock)) pass();
      else void this.departures.leaveReceived(lock, this.#addresses.get(lock) ?? unknownAddress);
    });
  }

  /** A session began: what herdsman has kept is proven. */
  begin(controller: Controller): void {
    this.#addresses.clear();
    for (const device of controller.getDevicesIterator()) this.note(device);
    this.#questions.listen(controller);
  }

  /**
   * Takes the address that herdsman has before a frame can change it: what is claimed is put back in the turn
   * of the claim, so it is the proven one, or one that the stick itself reported.
   */
  note({ ieeeAddr: lock, networkAddress }: Models.Device): void {
    if (isLockId(lock)) this.#addresses.set(lock, networkAddress);
  }

  forget(lock: LockId): void {
    this.#addresses.delete(lock);
    this.#checkedMs.delete(lock);
    this.departures.frameReceived(lock);
  }

  /** Resolves when it is known where the lock is; until then no code goes to it. */
  async addressChecked(device: Models.Device): Promise<void> {
    const lock = device.ieeeAddr;
    if (!isLockId(lock)) return;
    await this.#checks.get(lock);
    this.#addresses.set(lock, device.networkAddress);
  }

  /**
   * Herdsman has taken over a network address for a device: it is taken back until it is proven. Must be
   * called in the turn in which herdsman did so.
   * @param hasJoined by a join, and not only by an announcement or an answer
   * @returns whether the device is where it says it is
   */
  addressClaimed(device: Models.Device, hasJoined: boolean): Promise<boolean> {
    const lock = device.ieeeAddr;
    if (!isLockId(lock)) return Promise.resolve(true);
    const [before, claimed] = [this.#addresses.get(lock), device.networkAddress];
    if (!this.#ports.isOurs(lock)) return Promise.resolve(this.#strangerMoved(device));
    if (claimed === before) return Promise.resolve(true);
    const isExpected = hasJoined && this.#ports.isExpected(lock);
    if (isExpected && AddressQuestions.isAddress(claimed)) {
      this.#accept(device, claimed);
      return Promise.resolve(true);
    }
    this.#setAddress(device, before ?? unknownAddress);
    return this.#checkOnce(device, before ?? unknownAddress, claimed);
  }

  /** One check of a lock at a time: another claim meanwhile gets the outcome of the check that runs. */
  #checkOnce(device: Models.Device, before: number, claimed: number): Promise<boolean> {
    const { ieeeAddr: lock } = device;
    if (!isLockId(lock)) return Promise.resolve(true);
    const claims = this.#claims.get(lock);
    if (claims !== undefined && claims.size < maxClaims) claims.add(claimed);
    const running = this.#checks.get(lock);
    if (running !== undefined) return running;
    if (this.#isRefused(lock, claimed)) return Promise.resolve(false);
    const isKnown = before !== unknownAddress;
    const check = (
      isKnown ? this.#check(device, before, claimed) : this.#find(device, claimed)
    ).finally(() => {
      this.#checks.delete(lock);
      this.#checkedMs.set(lock, performance.now());
    });
    this.#checks.set(lock, check);
    return check;
  }

  /** A join is about to be reported: no other device joins at the address of one of our locks. */
  #mayJoin(controller: Controller, payload: unknown): boolean {
    const [ieee, address] = [member(payload, "ieeeAddr"), member(payload, "networkAddress")];
    const device = typeof ieee === "string" ? controller.getDeviceByIeeeAddr(ieee) : undefined;
    if (device !== undefined) this.note(device);
    const isOurs = typeof ieee === "string" && isLockId(ieee) && this.#ports.isOurs(ieee);
    return isOurs || !this.#isTaken(ieee, address);
  }

  #strangerMoved(device: Models.Device): boolean {
    const { networkAddress: claimed, ieeeAddr } = device;
    if (!isLockId(ieeeAddr)) return true;
    const isTaken = this.#isTaken(ieeeAddr, claimed);
    if (isTaken) this.#setAddress(device, this.#addresses.get(ieeeAddr) ?? unknownAddress);
    else this.#addresses.set(ieeeAddr, claimed);
    return !isTaken;
  }

  /** Whether a lock of ours has this address: another device's frames would be taken for its own. */
  #isTaken(device: unknown, claimed: unknown): boolean {
    const isTaken = [...this.#addresses].some(
      ([lock, address]) => address === claimed && lock !== device && this.#ports.isOurs(lock),
    );
    if (!isTaken) return false;
    const fields = { device, networkAddress: claimed };
    this.#ports.logger.warn(fields, "a device claims the network address of a lock");
    return true;
  }

  async #check(device: Models.Device, before: number, claimed: number): Promise<boolean> {
    const { ieeeAddr: lock } = device;
    if (!isLockId(lock)) return false;
    const limitMs = this.#ports.isSleepy(lock) ? sleepyAnswerMs : answerMs;
    const there = this.#questions.ask(lock, claimed, limitMs);
    const isStillHere = await this.#questions.ask(lock, before, limitMs);
    // Meanwhile it was let in by a person at another address.
    if (this.#addresses.get(lock) !== before) return true;
    // The lock itself has answered: a device elsewhere that claims to be it is another one, and is not waited
    // for.
    if (isStillHere === false && (await there) === true) {
      // A device that has left has no key any more: without a join it does not come back.
      if (this.departures.isGone(lock)) this.#ports.onDoubt(lock, "joined");
      return this.#accept(device, claimed);
    }
    return this.#reject(device, claimed, isStillHere === true);
  }

  /** A lock whose address is not known is where a device claims to be it, if only one does. */
  async #find(device: Models.Device, claimed: number): Promise<boolean> {
    const { ieeeAddr: lock } = device;
    if (!isLockId(lock)) return false;
    const claims = new Set([claimed]);
    this.#claims.set(lock, claims);
    const first = await this.#questions.ask(lock, claimed, contestMs);
    this.#claims.delete(lock);
    if (!hasNoAddress(device)) return true;
    claims.delete(claimed);
    const answers = [...claims].map((other) => this.#questions.ask(lock, other, contestMs));
    const others = await Promise.all(answers);
    const isTwice = first === true && others.includes(true);
    const found = first === true ? claimed : [...claims][others.indexOf(true)];
    if (found === undefined || isTwice) return this.#reject(device, claimed, isTwice);
    return this.#accept(device, found);
  }

  #accept(device: Models.Device, address: number): true {
    const { ieeeAddr: lock } = device;
    if (!isLockId(lock)) return true;
    const { logger, onMoved } = this.#ports;
    // The device that had this address is elsewhere now: its frames must not come here.
    for (const other of this.#othersAt(device, address)) {
      this.#setAddress(other, unknownAddress);
      if (isLockId(other.ieeeAddr)) this.#addresses.set(other.ieeeAddr, unknownAddress);
    }
    this.#addresses.set(lock, address);
    this.#setAddress(device, address);
    logger.info({ lock, networkAddress: address }, "the lock has a new network address");
    onMoved(lock);
    return true;
  }

  #reject(device: Models.Device, claimed: number, isTwice: boolean): false {
    const { ieeeAddr: lock } = device;
    if (!isLockId(lock)) return false;
    // An answer from either address has made herdsman take that one over.
    this.#setAddress(device, this.#addresses.get(lock) ?? unknownAddress);
    this.#refuse(lock, claimed);
    const why = isTwice ? "the lock answers at another address" : "nobody answers there";
    const { logger, onDoubt } = this.#ports;
    logger.warn(
      { lock, networkAddress: claimed, why },
      "rejected a new network address of the lock",
    );
    if (isTwice) onDoubt(lock, "twice");
    return false;
  }

  #isRefused(lock: LockId, address: number): boolean {
    const nowMs = performance.now();
    if (!AddressQuestions.isAddress(address)) return true;
    const pausedUntilMs = (this.#checkedMs.get(lock) ?? Number.NEGATIVE_INFINITY) + checkPauseMs;
    return nowMs < pausedUntilMs || nowMs < (this.#refusals.get(`${lock} ${address}`) ?? 0);
  }

  #refuse(lock: LockId, address: number): void {
    const [oldest] = this.#refusals.keys();
    if (this.#refusals.size >= maxRefusals && oldest !== undefined) this.#refusals.delete(oldest);
    this.#refusals.set(`${lock} ${address}`, performance.now() + refusalMs);
  }

  /**
   * Gives a device its address. Herdsman finds the sender of a frame in an index with one entry an address,
   * and takes out the entry of the address that it leaves: who has that address by right is put in again.
   */
  #setAddress(device: Models.Device, address: number): void {
    const claimed = device.networkAddress;
    device.networkAddress = address;
    if (claimed === address) return;
    device.save();
    for (const other of this.#othersAt(device, claimed)) other.networkAddress = claimed;
  }

  #othersAt(device: Models.Device, address: number): Models.Device[] {
    const devices = [...(this.#attached?.getDevicesIterator() ?? [])];
    return devices.filter((other) => other !== device && other.networkAddress === address);
  }
}

function lockOf(controller: Controller, payload: unknown): LockId | null {
  const [ieee, address] = [member(payload, "ieeeAddr"), member(payload, "networkAddress")];
  const named =
    typeof ieee === "string" || typeof address !== "number"
      ? ieee
      : controller.getDeviceByNetworkAddress(address)?.ieeeAddr;
  return typeof named === "string" && isLockId(named) ? named : null;
}
