import type { CommandReply } from "../../../daemon/commands/execution.ts";
import type { Capabilities } from "../../../daemon/core/model/door-lock.ts";
import type { EventName } from "../../../daemon/core/model/journal.ts";
import type { FieldLock } from "../../../drivers/simulated/lock/field-record.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import type { JournalEvent } from "../../support/rigs/journal-events.ts";
import type { KeeperRig } from "../../support/rigs/keeper-rig.ts";

const limitMs = 20_000;
const pollMs = 20;

export const powerConfiguration = 0x0001;

/** Thrown by a step that failed; the message says what is wrong. */
export class WrongStep extends Error {}

/** One lock of a model on a rig: commands to it, the gateway's reports about it, and the real state at its keypad. */
export class PlayedLock {
  readonly #rig: KeeperRig;
  readonly #model: FieldLock;
  readonly #lock: VirtualLock;

  constructor(rig: KeeperRig, model: FieldLock, lock: VirtualLock) {
    this.#rig = rig;
    this.#model = model;
    this.#lock = lock;
  }

  /** Returns whether every slot that latchd may use holds a code. Slot 0 is reserved for the lock's master code. */
  isFull(): boolean {
    const { firstUserId = 1, lastUserId = 0 } = this.capabilities();
    const taken = this.#lock.users().filter(({ userId }) => userId >= firstUserId);
    return taken.length >= lastUserId - firstUserId + 1;
  }

  get hasNoKeypad(): boolean {
    const keypad = this.#model.behaviour.get("keypad");
    return typeof keypad === "string" && /none/i.test(keypad);
  }

  holds(code: string): boolean {
    return this.#lock
      .users()
      .some((user) => user.userStatus === 1 && user.pinCode.reveal() === code);
  }

  capabilities(): Partial<Capabilities> {
    return this.#rig.store.get("lock", [idOf(this.#lock)])?.capabilities ?? {};
  }

  power(): number | null {
    return this.#rig.store.get("lock", [idOf(this.#lock)])?.batteryPercent ?? null;
  }

  powerEndpoint(): number {
    const listing = this.#lock.endpoints.find(({ inputClusters }) =>
      inputClusters.includes(powerConfiguration),
    );
    return listing?.endpoint ?? this.#lock.quirks.endpoint;
  }

  call(
    command: string,
    params: object,
    transport: "rest" | "socket" = "socket",
  ): Promise<CommandReply> {
    return this.#rig.call(command, { uuid: idOf(this.#lock), ...params }, transport);
  }

  /** Returns the last reported stage of an operation: 3 done, 2 failed; 1 = it did not end. */
  async operationEnds(passwordId: number, operation: number): Promise<number> {
    const event = await this.event("pwdOperation", 0, ({ detail }) => {
      const isIt = detail?.["password_id"] === passwordId && detail["operation"] === operation;
      return isIt && detail["operation_stage"] !== 1;
    });
    return Number(event?.detail?.["operation_stage"] ?? 1);
  }

  async head(): Promise<number> {
    return this.#rig.store.journalRange().head;
  }

  async event(
    name: EventName,
    from: number,
    isIt: (event: JournalEvent) => boolean = () => true,
  ): Promise<JournalEvent | null> {
    let found: JournalEvent | undefined;
    await this.until(async () => {
      const events = await this.#rig.events(this.#lock);
      found = events.find((event) => event.event === name && event.seq > from && isIt(event));
      return found !== undefined;
    });
    return found ?? null;
  }

  async until(isSo: () => boolean | Promise<boolean>, forMs = limitMs): Promise<boolean> {
    const endMs = performance.now() + forMs;
    for (;;) {
      if (await isSo()) return true;
      if (performance.now() > endMs) return false;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}
