import type { Logger } from "pino";
import type { CommandExecutor } from "../daemon/commands/execution.ts";
import type { EnvelopeSource } from "../daemon/events/event-envelope.ts";
import { JournalKeeper } from "../daemon/journal/journal-keeper.ts";
import type { Store } from "../daemon/store/store.ts";
import type { SyncClock } from "./clock-port.ts";
import { untilAborted } from "./deadline.ts";
import { answerLostAttempts } from "./down/attempts.ts";
import { Incoming } from "./down/incoming.ts";
import { parseBody } from "./down/message-body.ts";
import { RefusedMessageAlarm } from "./down/refused-message-alarm.ts";
import type { CloudSyncState, LinkFault } from "./link/cloud-state.ts";
import type { Connection } from "./link/connection.ts";
import { type IncomingMessage, Link, type LinkOwner, type Watch } from "./link/link.ts";
import { isAlarm, type LossCause } from "./link/loss-cause.ts";
import { checkSettings } from "./link/settings-check.ts";
import { type CloudSyncOptions, type Reader, type SyncSettings, withDefaults } from "./options.ts";
import { Announcer } from "./presence/announcer.ts";
import { CloudSilence } from "./presence/cloud-silence.ts";
import { OfflinePeriods } from "./presence/offline-periods.ts";
import { OwnState } from "./presence/own-state.ts";
import { offlineBody, type Versions } from "./presence/state-body.ts";
import { type Topics, topicsOf } from "./topics.ts";
import { Backlog } from "./up/backlog.ts";
import { SyncCursor } from "./up/cursor.ts";
import { Encoder } from "./up/encoder.ts";
import { recordGap } from "./up/journal-gap.ts";
import { Outgoing } from "./up/outgoing.ts";
import { TooLargeAlarm } from "./up/too-large-alarm.ts";

/** How long a stop waits for what is on its way, and for the farewell. */
const flushTimeoutMs = 2_000;

const duplicateText = "another gateway uses this id";
export interface CloudSyncPorts {
  readonly store: Store;
  readonly commands: CommandExecutor;
  readonly clock: SyncClock;
  readonly openSealed: EnvelopeSource["openSealed"];
  readonly nameOf: EnvelopeSource["nameOf"];
  readonly identity: {
    /** The gateway's uuid: its client id and its part of every topic. */
    readonly gatewayId: string;
    /** A random id of this start of the process. */
    readonly boot: string;
    readonly versions: Versions;
  };
  readonly options: CloudSyncOptions;
  /** The last journal record that nobody beside the cloud still has to hear; absent = all of them. */
  callbacksDeliveredThrough?(): number;
  /** Uniform in [0, 1). */
  random(): number;
  readonly logger: Logger;
}

/**
 * The gateway and its cloud, kept in step over MQTT (docs/mqtt.md): the journal goes up at least
 * once and in order, commands come down and are acknowledged after their commit.
 * It runs for ever beside the rest of the gateway; the broker's absence only lets the journal grow,
 * up to its limits.
 */
export class CloudSync {
  readonly #ports: CloudSyncPorts;
  readonly #settings: SyncSettings;
  readonly #topics: Topics;
  readonly #cursor: SyncCursor;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #backlog: Backlog;
  readonly #keeper: JournalKeeper;
  readonly #memory: OfflinePeriods;
  readonly #announcer: Announcer;
  readonly #own: OwnState;
  readonly #tooLarge: TooLargeAlarm;
  readonly #refusals: RefusedMessageAlarm;
  readonly #silence: CloudSilence;
  readonly #link: Link;
  #endJournal: (() => void) | null = null;
  #connection: Connection | null = null;
  #sinceMs: number;
  #lastError: LinkFault | null = null;
  #alarm: LinkFault | null = null;
  #isStopping = false;
  /** What goes to the store beside the line: writing down that it was lost, or is back. */
  #writing: Promise<void> = Promise.resolve();

  /** @throws GatewayError when the options can never make a connection. */
  constructor(ports: CloudSyncPorts) {
    const { store, clock, identity, logger } = ports;
    this.#ports = ports;
    this.#settings = withDefaults(ports.options);
    checkSettings(this.#settings);
    this.#topics = topicsOf(this.#settings.prefix, identity.gatewayId);
    this.#sinceMs = clock.reading().nowMs;
    this.#cursor = new SyncCursor(store, clock, (err) =>
      logger.error({ err }, "the store did not take the cursor"),
    );
    this.#memory = new OfflinePeriods(store, clock, {
      alarmAfterMs: this.#settings.offlineAlarmAfterMs,
      onFailure: (err) => logger.error({ err }, "the store did not take a loss of the line"),
    });
    this.#tooLarge = new TooLargeAlarm({ store, clock, logger });
    this.#outgoing = this.#buildOutgoing();
    this.#backlog = new Backlog({
      store,
      cursor: this.#cursor,
      clock,
      limits: this.#settings.backlog,
      onFolded: (seq) => this.#outgoing.skip(seq),
      logger,
    });
    this.#keeper = new JournalKeeper({
      store,
      clock,
      retention: this.#settings.retention,
      hadThrough: () => Math.min(this.#cursor.seq, ports.callbacksDeliveredThrough?.() ?? Infinity),
      limit: () => this.#backlog.limit(),
      logger,
    });
    const { digest } = this.#settings;
    const { gatewayId, boot } = identity;
    this.#own = new OwnState({ store, clock, gatewayId, boot, digest, logger });
    this.#announcer = new Announcer({
      store,
      clock,
      topic: this.#topics.state,
      digest,
      unheard: () => this.#outgoing.unheard,
      gatewayId,
      boot,
      start: this.#own.start,
      versions: identity.versions,
      refreshMs: this.#settings.refreshMs,
      ...(this.#settings.protection === undefined ? {} : { protection: this.#settings.protection }),
      random: ports.random,
      sendOnce: (publication) => this.#outgoing.sendOnce(publication),
      maximumBytes: () => this.#outgoing.maximumBytes,
      // What waits for room has to hear that there is some again.
      onAcknowledged: (bytes) => {
        this.#outgoing.noteOtherAccepted(bytes);
        this.#outgoing.wake();
      },
    });
    this.#refusals = new RefusedMessageAlarm({ store, clock, logger });
    this.#silence = new CloudSilence({
      store,
      clock,
      limitMs: this.#settings.cloudSilenceMs,
      isConnected: () => this.#connection !== null,
      onFailure: (err) => logger.error({ err }, "the store did not take the cloud's silence"),
    });
    this.#incoming = this.#buildIncoming();
    this.#link = this.#buildLink();
  }

  /** Begins to connect; returns at once. */
  start(): void {
    const { store, clock, logger } = this.#ports;
    this.#endJournal ??= store.onJournal(() => this.#outgoing.wake());
    this.#keeper.start();
    if (this.#settings.protection?.isSigned) this.#silence.start();
    this.#writing = Promise.all([
      this.#own.recordStart(),
      answerLostAttempts(store, clock).catch((err: unknown) => {
        logger.error({ err }, "commands of before the start could not be answered");
      }),
    ]).then(() => {});
    void this.#writing.then(() => this.#link.start());
  }

  /**
   * Sends what is left and says farewell, for at most 2 s together, disconnects, and writes the
   * cursor. A command that still comes in is carried out; once this resolves none is under way,
   * and the store is touched no more. Never rejects.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const deadline = AbortSignal.timeout(flushTimeoutMs);
    await this.#writing;
    if (this.#connection !== null) await untilAborted(this.#outgoing.idle(), deadline);
    const connection = this.#connection;
    this.#endJournal?.();
    this.#outgoing.detach();
    if (connection !== null) await untilAborted(this.#announcer.farewell(), deadline);
    await this.#link.stop();
    this.#announcer.detach();
    await this.#incoming.idle();
    await this.#own.stop();
    await this.#tooLarge.stop();
    await this.#refusals.stop();
    await this.#silence.stop();
    await this.#keeper.stop();
    await this.#memory.noteLoss();
    await this.#writing;
    await this.#cursor.flush();
  }

  /** Says the birth message anew: what it tells may have changed. */
  refresh(): void {
    this.#announcer.refresh();
  }

  state(): CloudSyncState {
    return {
      connected: this.#connection !== null,
      since: this.#sinceMs,
      lastError: this.#lastError,
      alarm: this.#alarm ?? this.#standing(),
      backlog: this.#outgoing.backlog,
      isFull: this.#backlog.isFull,
      epoch: this.#ports.store.journalRange().epoch,
      cursor: this.#cursor.seq,
      received: this.#incoming.counts,
    };
  }

  /** What is wrong although the link may stand. */
  #standing(): LinkFault | null {
    const { nowMs: atMs } = this.#ports.clock.reading();
    if (this.#own.isDuplicated) return { cause: "takenOver", why: duplicateText, atMs };
    const problem = this.#announcer.problem ?? this.#outgoing.problem;
    return problem === null ? null : { ...problem, atMs };
  }

  #buildOutgoing(): Outgoing {
    const { store, nameOf, openSealed, identity, logger } = this.#ports;
    const source = { gatewayId: identity.gatewayId, nameOf, openSealed };
    const seal = this.#settings.protection?.sealer(identity.gatewayId) ?? null;
    const encoder = new Encoder(source, this.#topics, seal, logger);
    return new Outgoing(store, this.#cursor, {
      acknowledge: this.#settings.acknowledge,
      cloudTimeoutMs: this.#settings.cloudTimeoutMs,
      encode: (record, maximumBytes, form) => encoder.encode(record, maximumBytes, form),
      onTooLarge: (seq, bytes) => this.#tooLarge.raise(seq, bytes),
      unheardWaitMs: this.#settings.unheardWaitMs,
      onGap: (from, to) => recordGap(this.#ports, from, to),
      onUnheard: () => this.#announcer.refresh(),
      onResendDropped: (seq) => logger.warn({ seq }, "a stored reply was not sent once more"),
    });
  }

  #buildIncoming(): Incoming {
    const { store, commands, clock, logger } = this.#ports;
    return new Incoming({
      store,
      commands,
      clock,
      outgoing: this.#outgoing,
      topics: this.#topics,
      commandRate: this.#settings.commandRate,
      isFull: () => this.#backlog.isFull,
      read: this.#buildReader(),
      isSigned: this.#settings.protection?.isSigned ?? false,
      sendOnce: (topic, body) => this.#outgoing.sendOnce({ topic: this.#topics[topic], body }),
      announcer: this.#announcer,
      noteRefused: (kind, refused) => {
        this.#refusals.note(kind, refused);
        if (kind === "forged") this.#announcer.noteForged();
      },
      logger,
    });
  }

  #buildReader(): Reader {
    const { store, clock, identity } = this.#ports;
    const guarded = this.#settings.protection?.reader({
      gatewayId: identity.gatewayId,
      store,
      clock,
      onVouched: (signedAtMs) => this.#silence.noteSignedMessage(signedAtMs),
    });
    return guarded ?? ((_kind, payload) => parseBody(payload));
  }

  #buildLink(): Link {
    const { identity, random, logger } = this.#ports;
    const owner: LinkOwner = {
      onUp: (connection, watch) => this.#up(connection, watch),
      onDown: (cause, why) => this.#down(cause, why),
      onFailed: (cause, why) => this.#note(cause, why),
      onMessage: (message) => this.#heard(message),
    };
    return new Link(
      {
        settings: this.#settings,
        identity: {
          clientId: identity.gatewayId,
          will: { topic: this.#topics.state, body: offlineBody(identity.boot) },
        },
        subscriptions: [this.#topics.command, this.#topics.sync],
        watched: this.#topics.state,
        random,
        logger,
      },
      owner,
    );
  }

  #heard(message: IncomingMessage): Promise<void> {
    if (message.topic !== this.#topics.state) return this.#incoming.handle(message);
    return this.#own.receive(message.payload);
  }

  /**
   * The cloud learns who speaks before it hears what. The first time this also waits for the word that the
   * broker had retained: no number is used twice because an older copy was put back.
   */
  #up(connection: Connection, watch: Watch): void {
    const { clock, logger } = this.#ports;
    this.#connection = connection;
    this.#sinceMs = clock.reading().nowMs;
    this.#alarm = null;
    logger.info({ backlog: this.#outgoing.backlog }, "cloud link up");
    this.#writing = this.#memory.noteReturn();
    const begin = () => {
      const isUsable = this.#connection === connection && !this.#ports.store.failed.aborted;
      if (isUsable && !this.#isStopping) this.#outgoing.attach(connection);
    };
    this.#announcer.attach(connection, () => {
      void this.#own.waitForOwnState(watch.isGranted === true).then(begin);
    });
  }

  #down(cause: LossCause, why: string): void {
    this.#connection = null;
    this.#sinceMs = this.#ports.clock.reading().nowMs;
    if (cause === "cut") this.#own.noteCut();
    this.#outgoing.detach(cause);
    this.#announcer.detach(cause);
    this.#writing = this.#memory.noteLoss();
    this.#note(cause, why);
  }

  #note(cause: LossCause, why: string): void {
    if (cause === "stopped") return;
    const isTaken = cause === "cut" && this.#own.isDuplicated;
    const said = isTaken ? ({ cause: "takenOver", why: duplicateText } as const) : { cause, why };
    const fault = { ...said, atMs: this.#ports.clock.reading().nowMs };
    this.#lastError = fault;
    if (isAlarm(fault.cause)) this.#alarm = fault;
  }
}
