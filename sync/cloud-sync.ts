import type { CloudSyncPorts } from "./cloud-sync-ports.ts";
import { untilAborted } from "./deadline.ts";
import { answerLostAttempts } from "./down/attempts.ts";
import type { CloudSyncState, LinkFault } from "./link/cloud-state.ts";
import type { Connection } from "./link/connection.ts";
import { type IncomingMessage, Link, type LinkOwner, type Watch } from "./link/link.ts";
import { LinkHistory } from "./link/link-history.ts";
import type { LossCause } from "./link/loss-cause.ts";
import { checkSettings } from "./link/settings-check.ts";
import { type SyncSettings, withDefaults } from "./options.ts";
import { offlineBody } from "./presence/state-body.ts";
import { buildParts, type SyncParts } from "./sync-parts.ts";

/** How long a stop waits for records in flight and for the farewell. */
const flushTimeoutMs = 2_000;

/**
 * Messages of the cloud in memory that are not handled yet. As long as there is room all are read, so that a revocation
 * is found behind thousands of new passwords, and PUBACKs behind them; above it, the broker has to keep the rest.
 */
const intakeLimits = { messages: 8_192, bytes: 4 * 1024 * 1024 } as const;

const duplicateText = "another gateway uses this id";

/**
 * Synchronises the gateway with its cloud over MQTT (docs/mqtt.md). The journal goes up at least once and
 * in sequence; commands come down and are acknowledged after their commit. While the broker is absent the
 * journal grows, up to its limits, and the rest of the gateway works on.
 */
export class CloudSync {
  readonly #ports: CloudSyncPorts;
  readonly #settings: SyncSettings;
  readonly #parts: SyncParts;
  readonly #history: LinkHistory;
  readonly #link: Link;
  #endJournal: (() => void) | null = null;
  #connection: Connection | null = null;
  #isStopping = false;
  /** The write that records that the connection was lost, or is back. */
  #writing: Promise<void> = Promise.resolve();

  /** @throws GatewayError when the options can never make a connection. */
  constructor(ports: CloudSyncPorts) {
    this.#ports = ports;
    this.#settings = withDefaults(ports.options);
    checkSettings(this.#settings);
    this.#history = new LinkHistory(this.#nowMs());
    this.#parts = buildParts(ports, this.#settings, () => this.#connection !== null);
    this.#link = this.#buildLink();
  }

  /** Begins to connect; returns at once. */
  start(): void {
    const { store, clock, logger } = this.#ports;
    const { outgoing, journal, silence, own } = this.#parts;
    this.#endJournal ??= store.onJournal(() => outgoing.wake());
    journal.start();
    if (this.#settings.protection?.isSigned) silence.start();
    this.#writing = Promise.all([
      own.recordStart(),
      answerLostAttempts(store, clock).catch((err: unknown) => {
        logger.error({ err }, "failed to answer commands left over from the previous run");
      }),
    ]).then(() => {});
    void this.#writing.then(() => this.#link.start());
  }

  /**
   * Sends what is left and the farewell, for at most 2 s together, disconnects, and writes the cursor.
   * A command that still comes in is carried out; once this resolves no command is running, and the store
   * is not used any more. Never rejects.
   */
  async stop(): Promise<void> {
    const { outgoing, incoming, announcer, own, tooLarge, refusals, silence } = this.#parts;
    this.#isStopping = true;
    const deadline = AbortSignal.timeout(flushTimeoutMs);
    await this.#writing;
    if (this.#connection !== null) await untilAborted(outgoing.idle(), deadline);
    const connection = this.#connection;
    this.#endJournal?.();
    outgoing.detach();
    if (connection !== null) await untilAborted(announcer.farewell(), deadline);
    await this.#link.stop();
    announcer.detach();
    await incoming.idle();
    for (const part of [own, tooLarge, refusals, silence, this.#parts.journal]) await part.stop();
    await this.#parts.offline.noteLoss();
    await this.#writing;
    await this.#parts.cursor.flush();
  }

  /** Publishes the birth message again because something in it may have changed. */
  refresh(): void {
    this.#parts.announcer.refresh();
  }

  state(): CloudSyncState {
    const { outgoing, backlog, cursor, incoming } = this.#parts;
    return {
      connected: this.#connection !== null,
      since: this.#history.sinceMs,
      lastError: this.#history.lastError,
      alarm: this.#history.alarm ?? this.#problem(),
      backlog: outgoing.backlog,
      isFull: backlog.isFull,
      epoch: this.#ports.store.journalRange().epoch,
      cursor: cursor.seq,
      received: incoming.counts,
    };
  }

  /** Returns what is wrong although the connection may be up. */
  #problem(): LinkFault | null {
    const { own, announcer, outgoing } = this.#parts;
    const atMs = this.#nowMs();
    if (own.isDuplicated) return { cause: "takenOver", why: duplicateText, atMs };
    const problem = announcer.problem ?? outgoing.problem;
    return problem === null ? null : { ...problem, atMs };
  }

  #buildLink(): Link {
    const { identity, random, logger } = this.#ports;
    const { topics } = this.#parts;
    const owner: LinkOwner = {
      onUp: (connection, watch) => this.#up(connection, watch),
      onDown: (cause, why) => this.#down(cause, why),
      onFailed: (cause, why) => this.#noteFault(cause, why),
      onMessage: (message) => this.#receive(message),
    };
    return new Link(
      {
        name: "cloud link",
        keepsSession: true,
        settings: this.#settings,
        identity: {
          clientId: identity.gatewayId,
          will: { topic: topics.state, body: offlineBody(identity.boot) },
        },
        subscriptions: [topics.command, topics.sync],
        watched: topics.state,
        intake: intakeLimits,
        random,
        logger,
      },
      owner,
    );
  }

  #receive(message: IncomingMessage): Promise<void> {
    const { topics, incoming, own } = this.#parts;
    if (message.topic !== topics.state) return incoming.handle(message);
    return own.receive(message.payload);
  }

  /**
   * The birth goes out before the journal, so that the cloud knows who sends. The first time the journal also
   * waits for the retained state: an older copy of the store must not use a number twice.
   */
  #up(connection: Connection, watch: Watch): void {
    const { outgoing, announcer, own, offline } = this.#parts;
    this.#connection = connection;
    this.#history.noteUp(this.#nowMs());
    this.#ports.logger.info({ backlog: outgoing.backlog }, "cloud link up");
    this.#writing = offline.noteReturn();
    const begin = () => {
      const isUsable = this.#connection === connection && !this.#ports.store.failed.aborted;
      if (isUsable && !this.#isStopping) outgoing.attach(connection);
    };
    announcer.attach(connection, () => {
      void own.waitForOwnState(watch.isGranted === true).then(begin);
    });
  }

  #down(cause: LossCause, why: string): void {
    const { outgoing, announcer, own, offline } = this.#parts;
    this.#connection = null;
    this.#history.noteDown(this.#nowMs());
    if (cause === "cut") own.noteCut();
    outgoing.detach(cause);
    announcer.detach(cause);
    this.#writing = offline.noteLoss();
    this.#noteFault(cause, why);
  }

  #noteFault(cause: LossCause, why: string): void {
    const atMs = this.#nowMs();
    const isTakenOver = cause === "cut" && this.#parts.own.isDuplicated;
    this.#history.noteFault(
      isTakenOver ? { cause: "takenOver", why: duplicateText, atMs } : { cause, why, atMs },
    );
  }

  #nowMs(): number {
    return this.#ports.clock.reading().nowMs;
  }
}
