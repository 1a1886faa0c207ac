import type { Logger } from "pino";
import type { JsonObject } from "../../daemon/base/json.ts";
import type { Caller } from "../../daemon/commands/caller.ts";
import type { CommandExecutor, CommandReply } from "../../daemon/commands/execution.ts";
import type { LockId, UserId } from "../../daemon/core/model/door-lock.ts";
import type { IncomingMessage } from "../link/link.ts";
import { homeTopicOf } from "./dialect/topics.ts";
import { type Understood, type Wish, wishOf } from "./dialect/wish.ts";
import { pairPayload, pairSeconds } from "./discovery/gateway-discovery.ts";
import type { DropReason, Limits } from "./limits.ts";
import type { HomeSettings } from "./settings.ts";

/** Locks that are being moved for Home Assistant at one time. */
const maxMoving = 8;

type BoltAction = Extract<Understood, { kind: "moveBolt" }>["action"];

const homeAssistant: Caller = {
  transport: "mqtt",
  name: "home_assistant",
  scope: "manager",
  origin: "home_assistant",
};

export interface ReceiverPorts {
  readonly settings: HomeSettings;
  readonly commands: CommandExecutor;
  readonly limits: Limits;
  readonly logger: Logger;
  /** Returns the lock with this name in its topics, or null. */
  lockOf(name: string): LockId | null;
  /** Publishes the state of a lock, with that of the slot that was asked for. */
  publishState(lock: LockId, asked: UserId | null): void;
  /** Tells the event entity of a lock that a code was refused. */
  publishRefusal(lock: LockId, attributes: JsonObject): void;
  /** Home Assistant has started. */
  onHomeAssistantStart(): void;
}

/**
 * Carries out what comes from Home Assistant's broker, one message after the other. A promise resolves when the effect
 * is on disk, or when the message will never have one; it rejects when the store failed.
 */
export class Receiver {
  readonly #ports: ReceiverPorts;
  /** Locks that are being moved, and what comes next at each: only the newest wish counts. */
  readonly #moving = new Map<LockId, BoltAction | null>();
  readonly #running = new Set<Promise<void>>();
  #last: Promise<void> = Promise.resolve();

  constructor(ports: ReceiverPorts) {
    this.#ports = ports;
  }

  handle(message: IncomingMessage): Promise<void> {
    const turn = this.#last.then(() => this.#handleNow(message));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves when no command is running any more. */
  async idle(): Promise<void> {
    await this.#last;
    await Promise.all(this.#running);
  }

  async #handleNow({ topic, payload, isRetained }: IncomingMessage): Promise<void> {
    const { settings } = this.#ports;
    const home = homeTopicOf(settings, topic);
    if (home === null) return;
    if (home.kind === "status") {
      // What the broker retained is answered by the connection itself.
      if (!isRetained && payload.toString() === "online") this.#ports.onHomeAssistantStart();
      return;
    }
    const lock = home.kind === "gatewaySet" ? null : this.#ports.lockOf(home.name);
    // Other bridges may use the same first levels.
    if (home.kind !== "gatewaySet" && lock === null) return;
    if (isRetained) {
      // It would be carried out again at every connection, for as long as the broker retains it.
      this.#drop("retained", { topic });
      return;
    }
    if (home.kind === "gatewaySet") this.#pair(payload);
    else if (lock !== null) await this.#fulfil(lock, wishOf(home.kind, payload));
  }

  async #fulfil(lock: LockId, wish: Wish): Promise<void> {
    if (wish.kind === "fault") {
      this.#drop("malformed", { lock, reason: wish.reason });
      return;
    }
    if (!this.#isAllowed(lock, wish)) return;
    if (this.#ports.limits.take(wish.kind)) await this.#carryOut(lock, wish);
    else this.#drop("flood", { lock, kind: wish.kind });
  }

  async #carryOut(lock: LockId, wish: Understood): Promise<void> {
    switch (wish.kind) {
      case "getCode":
        this.#ports.publishState(lock, wish.userId);
        return;
      case "setCode":
        await this.#change(lock, wish.userId, {
          command: "set_slot_code",
          params: { uuid: lock, user: wish.userId, password: wish.code },
        });
        return;
      case "clearCode":
        await this.#change(lock, wish.userId, {
          command: "clear_slot_code",
          params: { uuid: lock, user: wish.userId },
        });
        return;
      case "moveBolt":
        this.#move(lock, wish.action);
        return;
    }
  }

  #isAllowed(lock: LockId, { kind }: Understood): boolean {
    const { managesCodes, isRemoteAllowed } = this.#ports.settings;
    if (kind === "moveBolt" ? isRemoteAllowed : managesCodes) return true;
    const key = kind === "moveBolt" ? "home_assistant.remote" : "home_assistant.codes";
    this.#drop("refused", { lock, kind, reason: `${key} does not allow it` });
    return false;
  }

  async #change(
    lock: LockId,
    userId: UserId,
    request: { readonly command: string; readonly params: JsonObject },
  ): Promise<void> {
    const reply = await this.#ports.commands.execute({ ...request, caller: homeAssistant });
    if (reply.ErrNo !== 0) {
      this.#noteRefused(lock, reply, { slot: userId });
      this.#ports.publishRefusal(lock, { slot: userId, reason: reply.ErrMsg });
    }
    this.#ports.publishState(lock, userId);
  }

  /** In the background: the lock may take ten seconds, and other messages must not wait for it. */
  #move(lock: LockId, action: BoltAction): void {
    if (this.#moving.has(lock)) {
      this.#moving.set(lock, action);
    } else if (this.#moving.size >= maxMoving) {
      this.#drop("flood", { lock, kind: "moveBolt" });
    } else {
      this.#moving.set(lock, null);
      this.#inBackground(this.#moveNow(lock, action).finally(() => this.#moving.delete(lock)));
    }
  }

  async #moveNow(lock: LockId, first: BoltAction): Promise<void> {
    for (let action: BoltAction | null = first; action !== null; ) {
      const command = action === "lock" ? "remote_lock" : "remote_unlock";
      const request = { command, params: { uuid: lock }, caller: homeAssistant };
      const reply = await this.#ports.commands.execute(request);
      if (reply.ErrNo !== 0) this.#noteRefused(lock, reply, { action });
      // Home Assistant shows "unlocking" until it gets a state.
      this.#ports.publishState(lock, null);
      action = this.#moving.get(lock) ?? null;
      this.#moving.set(lock, null);
    }
  }

  #pair(payload: Buffer): void {
    const { settings, limits, commands, logger } = this.#ports;
    if (payload.byteLength > pairPayload.length || payload.toString() !== pairPayload) {
      this.#drop("malformed", { reason: `the body is not ${pairPayload}` });
    } else if (!settings.isRemoteAllowed) {
      this.#drop("refused", { kind: "pair", reason: "home_assistant.remote does not allow it" });
    } else if (!limits.take("pair")) {
      this.#drop("flood", { kind: "pair" });
    } else {
      const params = { seconds: pairSeconds };
      this.#inBackground(
        commands
          .execute({ command: "permit_join", params, caller: homeAssistant })
          .then(({ ErrNo, ErrMsg }) => {
            if (ErrNo !== 0) logger.warn({ ErrNo, ErrMsg }, "the network was not opened");
          }),
      );
    }
  }

  #inBackground(work: Promise<void>): void {
    const running = work
      .catch((err: unknown) => this.#ports.logger.error({ err }, "failed to carry out a command"))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #noteRefused(lock: LockId, { ErrNo, ErrMsg }: CommandReply, detail: JsonObject): void {
    this.#drop("refused", { lock, ...detail, ErrNo, reason: ErrMsg });
  }

  #drop(reason: DropReason, detail: Readonly<Record<string, unknown>>): void {
    this.#ports.limits.drop(reason, detail);
  }
}
