import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import { quiet, type RunningGateway } from "../gateway.ts";
import type { Cloud } from "../life/cloud.ts";
import type { CloudLine, Envelope, ForgeryKind } from "../life/cloud-line.ts";
import type { Random } from "../life/random.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { BrokerAdversary, type Message } from "./broker-adversary.ts";

/** A broker keeps the messages to a gateway that is not connected. */
const againMs = 60_000;

interface Parts {
  readonly line: CloudLine;
  readonly cloud: Cloud;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly gateway: () => RunningGateway | null;
  readonly freshCode: () => string;
}

/** The line from the cloud to the gateway's real checks, over a broker whose owner is an adversary. */
export class HostileBroker {
  readonly #parts: Parts;
  readonly adversary: BrokerAdversary;
  /**
   * Signatures that are being made or checked, one after the other. They take real time but no virtual time. In
   * parallel they would end in a different order each time, and a seed would not repeat its run.
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
    // The gateway's own work meanwhile also takes real time.
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
