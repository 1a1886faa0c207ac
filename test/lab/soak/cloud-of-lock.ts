import assert from "node:assert/strict";
import type { Cloud, CloudReply } from "../../support/cloud/cloud.ts";
import type { CloudRecord, Fields } from "../../support/gateway-view.ts";
import { Random } from "../simulation/life/random.ts";

/** The time after which the cloud sends an unanswered command again. */
const resendMs = 1_500;
const maxPasswords = 5;

interface Place {
  readonly gatewayId: string;
  readonly uuid: string;
  /** The administrator's code, which stays in the lock. */
  readonly doorCode: string;
  readonly seed: number;
}

/** The cloud's commands to one lock, one after the other, and the codes that it desires there afterwards. */
export class CloudOfLock {
  readonly #cloud: Cloud;
  readonly #place: Place;
  readonly #random: Random;
  readonly #codes = new Map<number, { readonly code: string; readonly isFrozen: boolean }>();
  readonly #ids: string[] = [];
  #code: number;
  /** The number of commands that have an outcome. */
  answered = 0;
  /** The number of commands that ended with an error because the lock was full. */
  refused = 0;

  constructor(cloud: Cloud, place: Place) {
    this.#cloud = cloud;
    this.#place = place;
    this.#random = new Random(place.seed);
    this.#code = 100_000 + (place.seed % 97) * 3_000;
  }

  async send(count: number, isLate: () => boolean): Promise<void> {
    while (this.answered < count && !isLate()) await this.#next();
  }

  /** Returns the codes that must open the lock. */
  wanted(): string[] {
    const live = [...this.#codes.values()].filter(({ isFrozen }) => !isFrozen);
    return [this.#place.doorCode, ...live.map(({ code }) => code)].sort();
  }

  /** @throws when a command has none, or more than one, first receipt of a reply. */
  checkOutcomes(records: readonly CloudRecord[]): void {
    const counts = new Map<unknown, number>();
    for (const { kind, fields } of records) {
      if (kind === "reply") counts.set(fields["id"], (counts.get(fields["id"]) ?? 0) + 1);
    }
    for (const id of this.#ids) assert.equal(counts.get(id), 1, `outcomes of ${id}`);
  }

  async #next(): Promise<void> {
    const { uuid } = this.#place;
    const known = [...this.#codes.keys()];
    const isAdding =
      known.length === 0 || (known.length < maxPasswords && this.#random.chance(0.4));
    if (isAdding) {
      const code = this.#freshCode();
      const reply = await this.#ask("add_password", { uuid, password: code });
      if (reply.ErrNo !== 0) this.refused += 1;
      else this.#codes.set(Number(reply["password_id"]), { code, isFrozen: false });
      return;
    }
    const id = this.#random.pick(known);
    const codes = this.#codes.get(id);
    assert(codes !== undefined);
    const verb = this.#random.pick(["update", "delete", "frozen", "unfrozen"] as const);
    const code = verb === "update" ? this.#freshCode() : codes.code;
    const fields = verb === "update" ? { password: code } : {};
    const reply = await this.#ask(`${verb}_password`, { uuid, password_id: id, ...fields });
    assert.equal(reply.ErrNo, 0, `${verb} of ${id}: ${reply.ErrMsg}`);
    if (verb === "delete") this.#codes.delete(id);
    else
      this.#codes.set(id, {
        code,
        isFrozen: verb === "update" ? codes.isFrozen : verb === "frozen",
      });
  }

  #freshCode(): string {
    this.#code += 1;
    return String(this.#code);
  }

  async #ask(command: string, params: Fields): Promise<CloudReply> {
    const { gatewayId, uuid } = this.#place;
    const id = `${uuid} ${this.#ids.length}`;
    this.#ids.push(id);
    for (;;) {
      await this.#cloud.send(gatewayId, command, params, { id });
      try {
        const reply = await this.#cloud.reply(gatewayId, id, resendMs);
        this.answered += 1;
        return reply;
      } catch {
        // The command or its reply was lost. Sending the same id again has no second effect.
      }
    }
  }
}
