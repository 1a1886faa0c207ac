import type { OperationName } from "../../../../daemon/core/model/operation.ts";
import type { Outcome } from "../../../../drivers/lock-driver.ts";
import type { House, Placement } from "../house.ts";
import type { Life } from "../life/life.ts";
import type { Random } from "../life/random.ts";
import { isWrite } from "./field-lock.ts";
import type { FieldOperation } from "./field-operation.ts";
import { carryOut, noteAnswer } from "./field-response.ts";
import type { SendObserver } from "./sent-operation.ts";
import { WriteAftermath } from "./write-aftermath.ts";

/** A parent keeps a frame for a sleeping child this long (macTransactionPersistenceTime). */
const parentKeepsMs = 7_680;

export interface FieldRadioParts {
  readonly house: House;
  readonly random: Random;
  readonly observer: SendObserver;
  /** Writes a code to the gateway's log if the mutation `printsCode` is on. */
  print(text: string): void;
}

/** Carries frames between a gateway's radio and the locks of a {@link House}, with delays and losses. */
export class FieldTransmitter {
  readonly #parts: FieldRadioParts;
  readonly #house: House;
  readonly #random: Random;
  readonly #life: Life;
  readonly #aftermath: WriteAftermath;
  #sequence = 0;

  constructor(parts: FieldRadioParts, life: Life) {
    this.#parts = parts;
    this.#house = parts.house;
    this.#random = parts.random;
    this.#life = life;
    this.#aftermath = new WriteAftermath(parts.house);
  }

  /** Sends the frame of an operation, to the lock or to the parent of one that sleeps. */
  send<K extends OperationName>(placement: Placement, operation: FieldOperation<K>): void {
    const { args } = operation;
    this.#house.sent(placement);
    if (isWrite(args.name) || args.name === "unlockDoor") this.#parts.observer(placement, args);
    if (this.#house.mutation === "printsCode" && "pinCode" in args) {
      this.#parts.print(`sent ${args.pinCode?.reveal()}`);
    }
    this.#sequence = (this.#sequence + 1) & 0xff;
    operation.sent(this.#sequence);
    this.#life.spend("after an operation was sent");
    const { awakeMs } = placement.lock.kind;
    const isAsleep = awakeMs !== null && this.#house.time.nowMs >= placement.awakeUntilMs;
    if (isAsleep && this.#house.isReachable(placement)) this.#leaveAtParent(placement, operation);
    else this.#send(placement, operation);
  }

  /** Queues the frame at the parent of a sleeping lock; the parent drops it after a short time. */
  #leaveAtParent<K extends OperationName>(
    placement: Placement,
    operation: FieldOperation<K>,
  ): void {
    let isTaken = false;
    placement.waiting.push({
      untilMs: this.#house.time.nowMs + parentKeepsMs,
      act: () => {
        isTaken = true;
        this.#send(placement, operation);
      },
    });
    this.#life.after(parentKeepsMs, () => {
      if (!isTaken) operation.end("asleep");
    });
  }

  /** Draws whether the frame arrives or is lost; without an answer the operation ends at its deadline. */
  #send<K extends OperationName>(placement: Placement, operation: FieldOperation<K>): void {
    const random = this.#random;
    const { time } = this.#house;
    const { args } = operation;
    if (this.#house.isStickDeaf) {
      if (random.chance(0.5)) operation.blameStick();
      this.#house.trouble(placement);
      return;
    }
    if (!this.#house.isReachable(placement)) {
      if (random.chance(0.3)) {
        this.#life.after(random.integer(50, 500), () => operation.end("noRoute"));
      }
      this.#house.trouble(placement);
      return;
    }
    const takesMs = random.integer(60, placement.lock.kind.slowestMs - 20);
    const actsMs = Math.floor(takesMs * random.next());
    const luck = random.next();
    const isLost = luck < placement.loss;
    const hasActed = luck >= placement.loss / 2;
    if (isLost) {
      time.after(operation.deadlineMs, () => this.#house.trouble(placement));
      this.#house.trouble(placement);
    }
    if (!hasActed) return;
    placement.inFlight += 1;
    time.after(actsMs, () => {
      placement.inFlight -= 1;
      const outcome = carryOut(this.#aftermath, { placement, nowMs: time.nowMs }, args);
      noteAnswer(this.#house, placement, { operation: args, outcome });
      if (placement.lock.kind.awakeMs !== null) this.#house.stir(placement);
      if (!isLost) this.#bringBack(placement, operation, { outcome, delayMs: takesMs - actsMs });
    });
  }

  /** Delivers the answer. The gateway hears it even when nobody waits for it any more. */
  #bringBack<K extends OperationName>(
    placement: Placement,
    operation: FieldOperation<K>,
    { outcome, delayMs }: { readonly outcome: Outcome<K>; readonly delayMs: number },
  ): void {
    this.#life.after(delayMs, () => {
      if (!this.#house.isReachable(placement)) return;
      this.#house.heard(placement);
      operation.finish(outcome);
    });
  }
}
