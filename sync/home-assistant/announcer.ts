import type { JsonObject } from "../../daemon/base/json.ts";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { LockId, UserId } from "../../daemon/core/model/door-lock.ts";
import { announcedSetting } from "../../daemon/core/model/gateway/home-assistant.ts";
import type { LockView } from "../../daemon/core/model/lock.ts";
import { put, remove } from "../../daemon/store/store.ts";
import { availabilityOf, lockState } from "./dialect/lock-state.ts";
import { maxListedSlots, slotStatuses } from "./dialect/slot-status.ts";
import { gatewayTopicsOf, lockTopicsOf, topicNames } from "./dialect/topics.ts";
import {
  type Announced,
  announcedIn,
  announcedText,
  topicsToClear,
} from "./discovery/announcement.ts";
import { discoveryOf } from "./discovery/discovery-base.ts";
import { gatewayDevice, gatewayState } from "./discovery/gateway-discovery.ts";
import { lockDevice } from "./discovery/lock-discovery.ts";
import { PublishedTexts } from "./lock-watch.ts";
import type { HeardLock, HomePorts } from "./ports.ts";
import type { Publisher } from "./publisher.ts";
import type { HomeMessage } from "./settings.ts";
import { storedLock } from "./stored-lock.ts";

type AnnouncerPorts = Pick<
  HomePorts,
  "settings" | "store" | "timeZone" | "reading" | "heard" | "health" | "backlog" | "page"
>;

/**
 * Publishes devices and their states, and removes what is gone. Nothing is published before the disk has what it says,
 * and before the disk knows what the broker will retain.
 */
export class HomeAnnouncer {
  readonly #ports: AnnouncerPorts;
  readonly #publisher: Publisher;
  readonly #published = new PublishedTexts();
  #names: ReadonlyMap<LockId, string> = new Map();
  #heard: ReadonlyMap<LockId, HeardLock> = new Map();
  #announcing: Promise<void> = Promise.resolve();

  constructor(ports: AnnouncerPorts, publisher: Publisher) {
    this.#ports = ports;
    this.#publisher = publisher;
  }

  /** Returns the lock with this name in its topics, or null. */
  lockOf(name: string): LockId | null {
    for (const [lock, own] of this.#names) if (own === name) return lock;
    return null;
  }

  nameOf(lock: LockId): string | null {
    return this.#names.get(lock) ?? null;
  }

  /** Publishes everything again, as after a connection or a start of Home Assistant. */
  async announceAll(): Promise<void> {
    this.#heard = await this.#ports.heard();
    this.#published.forgetAll();
    await this.announce();
  }

  /** Publishes devices that are new or have changed, and removes those that are gone. */
  announce(): Promise<void> {
    const next = this.#announcing.then(() => this.#announce());
    this.#announcing = next.catch(() => {});
    return next;
  }

  /** Publishes locks that have changed. A lock that is new or gone, or has another name, concerns the others too. */
  async publishChanged(locks: readonly LockId[]): Promise<void> {
    const names = topicNames(this.#ports.store.list("lock"));
    const isSame =
      names.size === this.#names.size &&
      [...names].every(([lock, name]) => this.#names.get(lock) === name);
    if (!isSame) await this.announce();
    else for (const lock of locks) this.#publishLock(lock);
  }

  /** Reads the radio's facts, and publishes the states that have changed with them or with the time. */
  async renew(): Promise<void> {
    this.#heard = await this.#ports.heard();
    this.#publishGateway();
    for (const lock of this.#names.keys()) this.#publishState(lock);
  }

  #publishState(lock: LockId): void {
    this.#publisher.add(`state/${lock}`, () => this.#durable(() => this.#newState(lock)));
  }

  #publishLock(lock: LockId): void {
    this.#publisher.add(`devices/${lock}`, () => this.#durable(() => this.#newDevice(lock)));
    this.#publishState(lock);
  }

  /** Publishes the state of a lock, which answers the question for a slot. */
  answer(lock: LockId, asked: UserId | null): void {
    const isListed = asked === null || asked < maxListedSlots;
    this.#publisher.add(isListed ? `answer/${lock}` : `answer/${lock}/${asked}`, () => {
      this.#published.forget(`state/${lock}`);
      return this.#durable(() => this.#stateMessages(lock, asked));
    });
  }

  /** Publishes the state of a lock also if it is as before: an action that was sent meanwhile had another one. */
  repeatState(lock: LockId): void {
    this.#published.forget(`state/${lock}`);
    this.#publishState(lock);
  }

  #publishGateway(): void {
    const { settings } = this.#ports;
    const { state, availability } = gatewayTopicsOf(settings.gatewayId);
    this.#publisher.add("gateway", async () => {
      const body = JSON.stringify(gatewayState(this.#ports.health(), this.#ports.backlog()));
      if (!this.#published.isNew("gateway", [body])) return [];
      return [retained(availability, "online"), retained(state, body)];
    });
  }

  /** Returns the state of a lock without its slots. */
  stateOf(lock: LockId): JsonObject {
    const record = this.#ports.store.get("lock", [lock]);
    return record === undefined ? {} : this.#lockState(storedLock(this.#ports.store, record));
  }

  async #announce(): Promise<void> {
    const { store, settings } = this.#ports;
    const before = announcedIn(store.get("setting", announcedSetting)?.value);
    const wanted = settings.isEnabled ? this.#wanted() : null;
    this.#names = wanted?.locks ?? new Map();
    const topics = topicsToClear(before, wanted);
    const isKnown = wanted === null || before.some((one) => same([one], [wanted]));
    if (!isKnown) await this.#remember([...before, wanted]);
    if (topics.length > 0) {
      this.#publisher.add("clear", async () => topics.map((topic) => retained(topic, "")));
    }
    if (wanted !== null) this.#publishDevices(wanted);
    const after = wanted === null ? [] : [wanted];
    if (same(before, after)) return;
    await this.#publisher.idle();
    if (this.#publisher.isConnected) await this.#remember(after);
  }

  #wanted(): Announced {
    const { settings, store } = this.#ports;
    const { discoveryPrefix, baseTopic, gatewayId } = settings;
    return { discoveryPrefix, baseTopic, gatewayId, locks: topicNames(store.list("lock")) };
  }

  #publishDevices({ locks }: Announced): void {
    const { settings, page } = this.#ports;
    this.#publishGateway();
    this.#publisher.add("devices/gateway", async () =>
      this.#ifNew("devices/gateway", discoveryOf(settings, gatewayDevice(settings, page()))),
    );
    for (const lock of locks.keys()) this.#publishLock(lock);
  }

  #newDevice(lock: LockId): readonly HomeMessage[] {
    const { store, settings, page } = this.#ports;
    const record = store.get("lock", [lock]);
    const name = this.nameOf(lock);
    if (record === undefined || name === null) return [];
    const device = lockDevice(record, { settings, name, page: page() });
    return this.#ifNew(`devices/${lock}`, discoveryOf(settings, device));
  }

  #newState(lock: LockId): readonly HomeMessage[] {
    return this.#ifNew(`state/${lock}`, this.#stateMessages(lock, null));
  }

  #stateMessages(lock: LockId, asked: UserId | null): readonly HomeMessage[] {
    const { store, settings, reading } = this.#ports;
    const record = store.get("lock", [lock]);
    const name = this.nameOf(lock);
    if (record === undefined || name === null) return [];
    const view = storedLock(store, record);
    const state = this.#lockState(view);
    const users = settings.managesCodes
      ? { users: slotStatuses(view, reading().nowMs, asked) }
      : {};
    const topics = lockTopicsOf(settings.baseTopic, name);
    return [
      retained(topics.availability, availabilityOf(record)),
      retained(topics.state, JSON.stringify({ ...state, ...users })),
    ];
  }

  #lockState(view: LockView): JsonObject {
    const { reading, timeZone } = this.#ports;
    const unknown: HeardLock = { heardAtMs: null, linkQuality: null };
    const heard = this.#heard.get(view.lock.lock) ?? unknown;
    return lockState(view, { ...heard, nowMs: reading().nowMs, timeZone });
  }

  #ifNew(key: string, messages: readonly HomeMessage[]): readonly HomeMessage[] {
    const texts = messages.flatMap(({ topic, body }) => [topic, body]);
    return this.#published.isNew(key, texts) ? messages : [];
  }

  /** Readers see changes before the disk has them, so the messages wait for it. */
  async #durable(make: () => readonly HomeMessage[]): Promise<readonly HomeMessage[]> {
    const messages = make();
    await this.#ports.store.whenDurable();
    return messages;
  }

  async #remember(all: readonly Announced[]): Promise<void> {
    const { store, reading } = this.#ports;
    const change =
      all.length === 0
        ? remove("setting", announcedSetting)
        : put("setting", announcedSetting, { value: announcedText(all) });
    await store.commit({ changes: [change], journal: [] }, timestampOf(reading()));
  }
}

function retained(topic: string, body: string): HomeMessage {
  return { topic, body, isRetained: true };
}

function same(some: readonly Announced[], others: readonly Announced[]): boolean {
  return announcedText(some) === announcedText(others);
}
