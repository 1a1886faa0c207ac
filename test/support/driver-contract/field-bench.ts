import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { LockDriver, PairingStep } from "../../../drivers/lock-driver.ts";
import type { LockKind } from "../../lab/simulation/field/field-lock.ts";
import { FieldRadio } from "../../lab/simulation/field/field-radio.ts";
import { lockKinds } from "../../lab/simulation/field/lock-kinds.ts";
import { House, type Placement } from "../../lab/simulation/house.ts";
import { Life } from "../../lab/simulation/life/life.ts";
import { Random } from "../../lab/simulation/life/random.ts";
import { VirtualTime } from "../../lab/simulation/virtual-time.ts";
import { ListenerRecord } from "../radio/zigbee-rig.ts";
import {
  type BenchLock,
  type DriverBench,
  lateAnswerMs,
  type Role,
  roles,
} from "./driver-bench.ts";

/** Answers come up to 20 ms earlier than the slowest. */
const answersAfter = (ms: number) => ({ slowestMs: ms + 20 });
/** An event of a lock travels this long. */
const eventMs = 5;

/** No random faults, and always the longest delay, so that the test alone decides what happens. */
class CalmRandom extends Random {
  override next(): number {
    return 0.5;
  }

  override chance(): boolean {
    return false;
  }

  override integer(_from: number, to: number): number {
    return to;
  }
}

function kindOf(role: Role): LockKind {
  const [plain, scheduling] = lockKinds;
  assert.ok(plain !== undefined && scheduling !== undefined);
  switch (role) {
    case "main":
    case "mute":
      return { ...scheduling, ...answersAfter(60) };
    case "late":
      return { ...scheduling, ...answersAfter(lateAnswerMs) };
    case "sleepy":
      return { ...plain, awakeMs: 4_000 };
    case "plain":
    case "repeating":
      return plain;
  }
}

/** The radio of the simulation, over its locks, in virtual time. */
export class FieldBench implements DriverBench {
  readonly #time = new VirtualTime(Date.UTC(2026, 8, 20));
  readonly #random = new CalmRandom(1);
  readonly #house = new House(this.#time, this.#random);
  readonly #placements = new Map<Role, Placement>();
  listener = new ListenerRecord();
  #radio = this.#newRadio();

  constructor() {
    for (const [index, role] of roles.entries()) {
      this.#placements.set(role, this.#house.add(index + 1, kindOf(role)));
    }
  }

  get driver(): LockDriver {
    return this.#radio;
  }

  lock(role: Role): BenchLock {
    const placement = this.#placement(role);
    const { lock } = placement;
    const say = (event: Parameters<House["say"]>[1] | null): void => {
      if (event === null) return;
      this.#house.sayAfter(placement, event, eventMs);
      if (role === "repeating") this.#house.repeatAfter(placement, event, 2 * eventMs);
    };
    return {
      id: lock.id,
      endpoint: lock.kind.capabilities.endpoint,
      codeIn: (userId) => lock.slots.get(userId)?.code ?? null,
      program: (userId, code) => say(lock.program(userId, code)),
      enter: (userId, code) => {
        assert.equal(lock.opens(code), userId);
        const { localSeconds } = lock;
        const head = { kind: "operationEvent", source: "keypad", code: "unlock" } as const;
        say({ ...head, userId, localSeconds });
      },
      reportBattery: (percent) => say({ kind: "battery", percent }),
      reportDoor: (doorState) => say({ kind: "doorState", doorState }),
      sleep: () => {
        placement.awakeUntilMs = 0;
      },
      goOutOfRange: () => {
        placement.isInRange = false;
      },
      comeBack: () => {
        placement.isInRange = true;
      },
      leave: () => {
        this.#radio.leave(lock.id);
        placement.isJoined = false;
      },
    };
  }

  start(): Promise<void> {
    return this.#radio.start(this.listener);
  }

  renew(): void {
    this.listener = new ListenerRecord();
    this.#radio = this.#newRadio();
  }

  async pair(role: Role): Promise<Extract<PairingStep, { step: "paired" }>> {
    const placement = this.#placement(role);
    const { id } = placement.lock;
    const from = this.listener.steps.length;
    await this.driver.permitJoin(60, id);
    placement.isJoined = true;
    this.#house.stir(placement);
    this.#radio.pair(placement);
    await this.driver.permitJoin(0);
    const paired = this.listener.steps
      .slice(from)
      .find(({ device, step }) => device === id && step === "paired");
    assert.ok(paired?.step === "paired");
    if (role === "mute") placement.loss = 1;
    return paired;
  }

  pullStick(): void {
    this.#setStick(false);
  }

  plugStick(): void {
    this.#setStick(true);
  }

  nowMs(): number {
    return this.#time.nowMs;
  }

  async passing<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    promise.then(over, over);
    for (let isIdle = false; ; isIdle = !this.#time.advance(Number.POSITIVE_INFINITY)) {
      await turn();
      if (isOver) return await promise;
      if (isIdle) throw new Error("nothing more will happen, and the promise is still open");
    }
  }

  async until<T>(what: string, find: () => T | undefined): Promise<T> {
    for (;;) {
      await turn();
      const found = find();
      if (found !== undefined) return found;
      if (!this.#time.advance(Number.POSITIVE_INFINITY)) throw new Error(`${what} never comes`);
    }
  }

  async close(): Promise<void> {
    await this.#radio.stop();
  }

  #newRadio(): FieldRadio {
    const unixSeconds = Math.floor(this.#time.nowMs / 1_000);
    return new FieldRadio(
      { house: this.#house, random: this.#random, observer: () => {}, print: () => {} },
      new Life(this.#time),
      () => ({ unixSeconds, isTrusted: true, zoneSeconds: 0, dst: null }),
    );
  }

  #setStick(isPresent: boolean): void {
    this.#house.isStickPresent = isPresent;
    this.#radio.stickChanged();
  }

  #placement(role: Role): Placement {
    const placement = this.#placements.get(role);
    assert.ok(placement !== undefined);
    return placement;
  }
}
