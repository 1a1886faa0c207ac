import type { LockId } from "../../daemon/core/door-lock.ts";
import { BrokerAdversary, type Message } from "./broker-adversary.ts";
import type { Cloud } from "./cloud.ts";
import type { CloudLine, Envelope } from "./cloud-line.ts";
import type { RunningGateway } from "./gateway.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

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
  /** Signatures that are being made or checked: they take real time, and no virtual one. */
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.adversary = new BrokerAdversary(parts.random, parts.time);
  }

  begin(locks: readonly LockId[]): void {
    const { line, freshCode } = this.#parts;
    this.adversary.begin((envelope, kind) => this.#do(line.forged(envelope, kind), envelope.id), {
      locks,
      deliver: (message) => this.#deliver(message),
      freshCode,
    });
  }

  /** The cloud publishes a command. */
  send(envelope: Envelope): void {
    const written = this.#parts.line.written(envelope).then((payload) => {
      this.adversary.carry({ id: envelope.id, payload }, (message) => this.#deliver(message));
    });
    this.#keep(written);
  }

  /** Resolves when no signature is being made or checked. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #do(payload: Promise<string>, id: string): void {
    this.#keep(payload.then((text) => this.#deliver({ id, payload: text })));
  }

  #deliver(message: Message): void {
    const gateway = this.#parts.gateway();
    if (gateway === null || gateway.life.isOver) {
      this.#parts.time.after(againMs, () => this.#deliver(message));
      return;
    }
    this.#keep(this.#take(gateway, message));
  }

  async #take(gateway: RunningGateway, { payload }: Message): Promise<void> {
    const command = await this.#parts.line.read(gateway, payload);
    if (command === null || gateway.life.isOver) return;
    if (command.iat !== undefined) gateway.clock.offerCloudTime(command.iat * 1000);
    this.#parts.cloud.execute(gateway, command);
  }

  #keep(work: Promise<void>): void {
    const kept = work.finally(() => this.#underWay.delete(kept));
    this.#underWay.add(kept);
  }
}
