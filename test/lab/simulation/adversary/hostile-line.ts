import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import { quiet, type RunningGateway } from "../gateway.ts";
import type { Cloud } from "../life/cloud.ts";
import type { CloudLine, Envelope, ForgeryKind } from "../life/cloud-line.ts";
import type { Random } from "../life/random.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { BrokerAdversary, type Message } from "./broker-adversary.ts";

/** A broker keeps what is meant for an absent gateway. */
const againMs = 60_000;

interface Parts {
  readonly line: CloudLine;
  readonly cloud: Cloud;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly gateway: () => RunningGateway | null;
  readonly freshCode: () => string;
}

/** The way from the cloud over a broker whose owner means harm to the real checks of the gateway's end. */
export class HostileBroker {
  readonly #parts: Parts;
  readonly adversary: BrokerAdversary;
  /**
   * Signatures that are being made or checked, one after the other: they take real time, and no virtual one. Side by
   * side they would end in another order each time, and a seed would not give the same run again.
   */
  #underWay: Promise<void> = Promise.resolve();
  #countUnderWay = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.adversary = new BrokerAdversary(parts.random, parts.time);
  }

  begin(locks: readonly LockId[]): void {
    const { line, freshCode } = this.#parts;
    const forge = (envelope: Envelope, kind: ForgeryKind) =>
      this.#next(async () => {
        const payload = await line.forged(envelope, kind);
        this.#deliver({ id: envelope.id, payload });
      });
    this.adversary.begin(forge, {
      locks,
      deliver: (message) => this.#deliver(message),
      freshCode,
    });
  }

  /** The cloud publishes a command. */
  send(envelope: Envelope): void {
    this.#next(async () => {
      const payload = await this.#parts.line.written(envelope);
      this.adversary.carry({ id: envelope.id, payload }, (message) => this.#deliver(message));
    });
  }

  /** Is a signature being made or checked? */
  get isBusy(): boolean {
    return this.#countUnderWay > 0;
  }

  /** Resolves when no signature is being made or checked. */
  async settled(): Promise<void> {
    let last: Promise<void> | null = null;
    while (last !== this.#underWay) {
      last = this.#underWay;
      await last;
    }
  }

  #deliver(message: Message): void {
    const gateway = this.#parts.gateway();
    if (gateway === null || gateway.life.isOver) {
      this.#parts.time.after(againMs, () => this.#deliver(message));
      return;
    }
    this.#next(() => this.#take(gateway, message));
  }

  async #take(gateway: RunningGateway, { payload }: Message): Promise<void> {
    const command = await this.#parts.line.read(gateway, payload);
    // What the gateway does meanwhile takes real time as well.
    await quiet(gateway);
    if (command === null || gateway.life.isOver) return;
    if (command.iat !== undefined) gateway.clock.offerCloudTime(command.iat * 1000);
    this.#parts.cloud.execute(gateway, command);
  }

  #next(work: () => Promise<void>): void {
    this.#countUnderWay += 1;
    this.#underWay = this.#underWay.then(work).then(() => {
      this.#countUnderWay -= 1;
    });
  }
}
