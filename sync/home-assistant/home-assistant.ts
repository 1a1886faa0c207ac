import type { Timers } from "../../daemon/base/timers.ts";
import { untilAborted } from "../deadline.ts";
import type { LinkFault } from "../link/cloud-state.ts";
import type { Connection } from "../link/connection.ts";
import { type IncomingMessage, Link } from "../link/link.ts";
import { LinkHistory } from "../link/link-history.ts";
import type { LossCause } from "../link/loss-cause.ts";
import { HomeAnnouncer } from "./announcer.ts";
import { gatewayTopicsOf, subscriptionsOf } from "./dialect/topics.ts";
import { EventFeed } from "./event-feed.ts";
import { type DroppedCounts, dropTexts, Limits } from "./limits.ts";
import { LockWatch } from "./lock-watch.ts";
import type { HomePorts } from "./ports.ts";
import { Publisher } from "./publisher.ts";
import { Receiver } from "./receiver.ts";

/** How often the records are compared: not every change is an event of the journal. */
const watchMs = 1_000;
/** How often states are made again that change with the time, and the radio's facts are read. */
const renewMs = 60_000;
/** Home Assistant has just started: the gateways of a house must not all answer in the same second. */
const maxWelcomeMs = 10_000;
/** Limit of the time for which messages keep the rest of the gateway waiting. */
const maxTurnMs = 4;
/** For so long the line is not read when more messages come than may be read. */
const readPauseMs = 20;
/** How long a stop waits for the farewell. */
const flushTimeoutMs = 2_000;

/** How the line to Home Assistant's broker is doing; for the health report. */
export interface HomeState {
  readonly isConnected: boolean;
  readonly lastError: LinkFault | null;
  /** Publications that the broker refused on this connection, and the last topic of them. */
  readonly refusedTopic: string | null;
  readonly dropped: DroppedCounts;
}

/**
 * Serves Home Assistant, and lock tools that speak to Zigbee2MQTT, through its broker (docs/home-assistant.md). What
 * happens while the broker is away is not sent later: states are sent again, events are over.
 */
export class HomeAssistant {
  readonly #ports: HomePorts;
  readonly #publisher: Publisher;
  readonly #announcer: HomeAnnouncer;
  readonly #feed: EventFeed;
  readonly #limits: Limits;
  readonly #receiver: Receiver;
  readonly #link: Link;
  readonly #history: LinkHistory;
  readonly #watch = new LockWatch();
  readonly #ends: (() => void)[] = [];
  #isConnected = false;
  #isStopping = false;
  /** When messages were last interrupted for the rest of the gateway. */
  #turnAtMs = 0;
  #refusedTopic: string | null = null;
  #cancelWelcome: (() => void) | null = null;

  constructor(ports: HomePorts) {
    this.#ports = ports;
    const { logger, monotonicMs, settings, commands } = ports;
    this.#history = new LinkHistory(ports.reading().nowMs);
    this.#publisher = new Publisher({
      onRefused: (topic, reasonCode) => this.#noteRefused(topic, reasonCode),
      onFault: (err) => logger.error({ err }, "failed to make a message for Home Assistant"),
    });
    this.#announcer = new HomeAnnouncer(ports, this.#publisher);
    this.#feed = new EventFeed(ports, this.#announcer, this.#publisher);
    this.#limits = new Limits({
      monotonicMs,
      onDropped: (why, detail) => logger.warn({ why, ...detail }, dropTexts[why]),
    });
    this.#receiver = new Receiver({
      settings,
      commands,
      limits: this.#limits,
      logger,
      lockOf: (name) => this.#announcer.lockOf(name),
      publishState: (lock, asked) => this.#announcer.answer(lock, asked),
      publishRefusal: (lock, attributes) => this.#feed.tellRefusal(lock, attributes),
      onHomeAssistantStart: () => this.#welcome(),
    });
    this.#link = this.#buildLink();
  }

  /** Begins to connect; returns at once. */
  start(): void {
    const { timers } = this.#ports;
    this.#ends.push(this.#ports.store.onJournal(() => this.#feed.pass()));
    this.#ends.push(every(timers, watchMs, () => this.#look()));
    this.#ends.push(every(timers, renewMs, () => this.#renew()));
    this.#link.start();
  }

  /** Says farewell, for at most 2 s, and ends. No command runs afterwards. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const end of this.#ends.splice(0)) end();
    this.#cancelWelcome?.();
    if (this.#isConnected && this.#ports.settings.isEnabled) {
      const { availability } = gatewayTopicsOf(this.#ports.settings.gatewayId);
      this.#publisher.send({ topic: availability, body: "offline", isRetained: true });
      await untilAborted(this.#publisher.idle(), AbortSignal.timeout(flushTimeoutMs));
    }
    await this.#link.stop();
    await this.#receiver.idle();
  }

  state(): HomeState {
    return {
      isConnected: this.#isConnected,
      lastError: this.#history.lastError,
      refusedTopic: this.#refusedTopic,
      dropped: this.#limits.counts,
    };
  }

  #buildLink(): Link {
    const { settings, link, random, logger } = this.#ports;
    const { availability } = gatewayTopicsOf(settings.gatewayId);
    return new Link(
      {
        name: "line to Home Assistant's broker",
        settings: link,
        identity: {
          clientId: `${settings.gatewayId}-ha`,
          will: { topic: availability, body: "offline" },
        },
        subscriptions: subscriptionsOf(settings),
        watched: null,
        // A stored "unlock" must not open the door hours later.
        keepsSession: false,
        random,
        logger,
      },
      {
        onUp: (connection) => this.#up(connection),
        onDown: (cause, why) => this.#down(cause, why),
        onFailed: (cause, why) => this.#history.noteFault({ cause, why, atMs: this.#nowMs() }),
        onMessage: (message) => this.#receive(message),
      },
    );
  }

  #up(connection: Connection): void {
    const { logger, settings } = this.#ports;
    this.#isConnected = true;
    this.#refusedTopic = null;
    this.#history.noteUp(this.#nowMs());
    this.#publisher.attach(connection);
    if (settings.isEnabled) this.#feed.begin();
    logger.info("line to Home Assistant's broker up");
    void this.#announcer
      .announceAll()
      .then(() => (settings.isEnabled ? undefined : this.#leave()))
      .catch((err: unknown) => this.#noteFault(err));
  }

  /** Everything is removed: there is nothing more to do until the next start. */
  async #leave(): Promise<void> {
    if (!this.#isConnected || this.#isStopping) return;
    this.#ports.logger.info("removed everything that was published for Home Assistant");
    await this.#link.stop();
  }

  #down(cause: LossCause, why: string): void {
    this.#isConnected = false;
    this.#feed.end();
    this.#publisher.detach();
    this.#history.noteDown(this.#nowMs());
    this.#history.noteFault({ cause, why, atMs: this.#nowMs() });
  }

  async #receive(message: IncomingMessage): Promise<void> {
    if (!this.#ports.settings.isEnabled || this.#isStopping) return;
    await this.#receiver.handle(message);
    await this.#letOthers();
    while (!this.#limits.takeRead() && this.#isServing()) await this.#pauseReading();
  }

  /** MQTT.js reads no further from its socket meanwhile, so the broker has to wait too, or to drop messages. */
  #pauseReading(): Promise<void> {
    return new Promise((resolve) => {
      this.#ports.timers.after(readPauseMs, resolve);
    });
  }

  /** MQTT.js handles all packets of a chunk in one turn: in a flood the cloud's packets would wait for all of them. */
  async #letOthers(): Promise<void> {
    const { monotonicMs } = this.#ports;
    if (monotonicMs() - this.#turnAtMs < maxTurnMs) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#turnAtMs = monotonicMs();
  }

  #welcome(): void {
    if (this.#cancelWelcome !== null) return;
    const { random, timers } = this.#ports;
    this.#cancelWelcome = timers.after(Math.floor(random() * maxWelcomeMs), () => {
      this.#cancelWelcome = null;
      this.#announcer.announceAll().catch((err: unknown) => this.#noteFault(err));
    });
  }

  #look(): void {
    if (!this.#isServing()) return;
    const changed = this.#watch.changed(this.#ports.store);
    this.#announcer.publishChanged(changed).catch((err: unknown) => this.#noteFault(err));
  }

  #renew(): void {
    if (!this.#isServing()) return;
    this.#announcer.renew().catch((err: unknown) => this.#noteFault(err));
  }

  #isServing(): boolean {
    return this.#isConnected && this.#ports.settings.isEnabled;
  }

  #noteRefused(topic: string, reasonCode: number): void {
    if (this.#refusedTopic === null) {
      this.#ports.logger.warn(
        { topic, reasonCode },
        "Home Assistant's broker refuses a publication",
      );
    }
    this.#refusedTopic = topic;
  }

  #noteFault(err: unknown): void {
    if (this.#ports.store.failed.aborted) return;
    this.#ports.logger.error({ err }, "failed to publish for Home Assistant");
  }

  #nowMs(): number {
    return this.#ports.reading().nowMs;
  }
}

/** Calls `run` after each interval. @returns a function that ends it */
function every(timers: Timers, intervalMs: number, run: () => void): () => void {
  let cancel = () => {};
  const again = () => {
    cancel = timers.after(intervalMs, () => {
      again();
      run();
    });
  };
  again();
  return () => cancel();
}
