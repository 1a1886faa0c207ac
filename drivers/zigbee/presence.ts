import { type Controller, type Models, Zdo } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../daemon/core/door-lock.ts";
import { delay } from "./delay.ts";
import { errorLabel } from "./failures.ts";
import { holdDepartures, listenForZdo, member } from "./herdsman-internals.ts";
import type { DriverLogger } from "./herdsman-log.ts";
import { isLost } from "./lock-addresses.ts";

/** A lock that polls its parent every few seconds answers within this. */
const answerMs = 5_000;
/** A departure is told within seconds: a lock that is still there is awake, or it is heard later. */
const farewellMs = 3_000;
/** Questions under way at a time; what comes beyond counts as not answered. */
const maxAsked = 4;
/** An address that was refused for a lock is not asked about again for so long. */
const refusalMs = 60_000;
/** Refused addresses kept; beyond it the oldest is forgotten. */
const maxRefusals = 64;

export interface PresencePorts {
  readonly controller: () => Controller | null;
  /** A lock of ours that is not just being sent away. */
  readonly isOurs: (lock: LockId) => boolean;
  /** A person has opened the network for exactly this lock. */
  readonly isExpected: (lock: LockId) => boolean;
  readonly onLeft: (lock: LockId) => void;
  /** Two devices answer with the address of one lock. */
  readonly onTwice: (lock: LockId) => void;
  readonly logger: DriverLogger;
}

/** An IEEE_addr_req that is under way. */
interface Question {
  readonly networkAddress: number;
  readonly answered: (eui64: unknown) => void;
}

/**
 * Where our locks are, as far as that is proven. Joins, announcements, address answers and departures bear
 * a lock's IEEE address and no proof that they come from it (Zigbee 4.5: the network key is everybody's).
 * So they are only a reason to ask, by a secured unicast IEEE_addr_req: a new network address counts when
 * the lock answers there and not at the old one, a departure when it does not answer any more.
 */
export class Presence {
  readonly #ports: PresencePorts;
  /** The proven network address of each lock of ours. */
  readonly #places = new Map<LockId, number>();
  readonly #checks = new Map<LockId, Promise<boolean>>();
  /** Locks that have left: nothing is sent to them until they are heard. */
  readonly #gone = new Set<LockId>();
  readonly #leaving = new Set<LockId>();
  readonly #refusals = new Map<string, number>();
  readonly #questions = new Set<Question>();

  constructor(ports: PresencePorts) {
    this.#ports = ports;
  }

  /** A session began: what herdsman has kept is proven. */
  begin(controller: Controller): void {
    this.#places.clear();
    for (const device of controller.getDevicesIterator()) {
      if (isLockId(device.ieeeAddr)) this.#places.set(device.ieeeAddr, device.networkAddress);
    }
    listenForZdo(controller, (clusterId, response) => this.#answered(clusterId, response));
    holdDepartures(controller, (payload, pass) => {
      const lock = lockOf(controller, payload);
      if (lock === null || !this.#ports.isOurs(lock)) pass();
      else void this.#farewell(lock);
    });
  }

  isGone(lock: LockId): boolean {
    return this.#gone.has(lock);
  }

  /** A frame of the lock came, or it was paired. */
  heard(lock: LockId): void {
    this.#gone.delete(lock);
  }

  forget(lock: LockId): void {
    this.#places.delete(lock);
    this.#gone.delete(lock);
  }

  /** Resolves when it is known where the lock is; until then nothing goes to it. */
  async settled(device: Models.Device): Promise<void> {
    const lock = device.ieeeAddr;
    if (!isLockId(lock)) return;
    await this.#checks.get(lock);
    this.#places.set(lock, device.networkAddress);
  }

  /**
   * Herdsman has taken over a network address for a device: it is taken back until it is proven. Must be
   * called in the turn in which herdsman did so.
   * @returns whether the device is where it says it is
   */
  moved(device: Models.Device): Promise<boolean> {
    const lock = device.ieeeAddr;
    if (!isLockId(lock)) return Promise.resolve(true);
    const [before, claimed] = [this.#places.get(lock), device.networkAddress];
    const isFree = before === undefined || isLost({ type: device.type, networkAddress: before });
    if (isFree || !this.#ports.isOurs(lock)) this.#places.set(lock, claimed);
    if (isFree || claimed === before || !this.#ports.isOurs(lock)) return this.#checkOf(lock);
    if (this.#ports.isExpected(lock) || this.#gone.has(lock)) {
      this.#places.set(lock, claimed);
      return Promise.resolve(true);
    }
    place(device, before);
    const running = this.#checks.get(lock);
    if (running !== undefined) return running;
    if (this.#isRefused(lock, claimed)) return Promise.resolve(false);
    const check = this.#check(device, before, claimed).finally(() => this.#checks.delete(lock));
    this.#checks.set(lock, check);
    return check;
  }

  #checkOf(lock: LockId): Promise<boolean> {
    return this.#checks.get(lock) ?? Promise.resolve(true);
  }

  async #check(device: Models.Device, before: number, claimed: number): Promise<boolean> {
    const { ieeeAddr: lock } = device;
    if (!isLockId(lock)) return false;
    const [isThere, isStillHere] = await Promise.all([
      this.#answers(lock, claimed, answerMs),
      this.#answers(lock, before, answerMs),
    ]);
    const { logger, onTwice } = this.#ports;
    if (isThere && !isStillHere) {
      this.#places.set(lock, claimed);
      place(device, claimed);
      logger.info({ lock, networkAddress: claimed }, "the lock has a new network address");
      return true;
    }
    // An answer from either address has made herdsman take that one over.
    place(device, before);
    this.#refuse(lock, claimed);
    const why = isThere ? "another device answers with it" : "nobody answers there";
    logger.warn({ lock, networkAddress: claimed, why }, "a new network address was not taken over");
    if (isThere) onTwice(lock);
    return false;
  }

  async #farewell(lock: LockId): Promise<void> {
    const address = this.#places.get(lock);
    if (this.#gone.has(lock) || this.#leaving.has(lock)) return;
    this.#leaving.add(lock);
    const isHere = address !== undefined && (await this.#answers(lock, address, farewellMs));
    this.#leaving.delete(lock);
    if (isHere) {
      this.#ports.logger.warn({ lock }, "a departure was told that the lock has not made");
      return;
    }
    if (!this.#ports.isOurs(lock)) return;
    this.#gone.add(lock);
    this.#ports.onLeft(lock);
  }

  /** Whether the device at a network address says to be the lock. */
  async #answers(lock: LockId, networkAddress: number, limitMs: number): Promise<boolean> {
    const controller = this.#ports.controller();
    if (controller === null || this.#questions.size >= maxAsked) return false;
    const over = new AbortController();
    let question: Question | null = null;
    const answer = new Promise<boolean>((resolve) => {
      question = { networkAddress, answered: (eui64) => resolve(eui64 === lock) };
      this.#questions.add(question);
    });
    const request = {
      ieeeAddress: lock,
      networkAddress,
      profileId: Zdo.ZDO_PROFILE_ID,
      clusterKey: Zdo.ClusterId.IEEE_ADDRESS_REQUEST,
      zdoParams: [networkAddress, false, 0],
      disableResponse: true,
    };
    controller.sendRaw(request).catch((error: unknown) => {
      this.#ports.logger.debug({ lock, reason: errorLabel(error) }, "IEEE_addr_req was not sent");
    });
    const isAnswered = await Promise.race([answer, delay(limitMs, over.signal).then(() => false)]);
    over.abort();
    if (question !== null) this.#questions.delete(question);
    return isAnswered;
  }

  #answered(clusterId: unknown, response: unknown): void {
    if (clusterId !== Zdo.ClusterId.IEEE_ADDRESS_RESPONSE || !Array.isArray(response)) return;
    const [status, payload]: unknown[] = response;
    if (status !== Zdo.Status.SUCCESS) return;
    for (const { networkAddress, answered } of [...this.#questions]) {
      if (member(payload, "nwkAddress") === networkAddress) answered(member(payload, "eui64"));
    }
  }

  #isRefused(lock: LockId, address: number): boolean {
    const untilMs = this.#refusals.get(`${lock} ${address}`) ?? 0;
    return performance.now() < untilMs;
  }

  #refuse(lock: LockId, address: number): void {
    const [oldest] = this.#refusals.keys();
    if (this.#refusals.size >= maxRefusals && oldest !== undefined) this.#refusals.delete(oldest);
    this.#refusals.set(`${lock} ${address}`, performance.now() + refusalMs);
  }
}

function place(device: Models.Device, networkAddress: number): void {
  if (device.networkAddress === networkAddress) return;
  device.networkAddress = networkAddress;
  device.save();
}

function lockOf(controller: Controller, payload: unknown): LockId | null {
  const [ieee, address] = [member(payload, "ieeeAddr"), member(payload, "networkAddress")];
  const named =
    typeof ieee === "string" || typeof address !== "number"
      ? ieee
      : controller.getDeviceByNetworkAddress(address)?.ieeeAddr;
  return typeof named === "string" && isLockId(named) ? named : null;
}
