import type { Logger } from "pino";
import type { CommandDoor } from "../daemon/commands/command.ts";
import { GatewayError } from "../daemon/core/errors.ts";
import type { JournalRecord } from "../daemon/core/journal.ts";
import type { Store } from "../daemon/store/store.ts";
import type { SyncClock } from "./clock-port.ts";
import type { Connection } from "./connection.ts";
import { SyncCursor } from "./cursor.ts";
import { type EnvelopeSource, tooLargeRecordOf, wireRecordOf } from "./envelope.ts";
import { Incoming, type IncomingCounts } from "./incoming.ts";
import { Link, type LinkOwner } from "./link.ts";
import { type CloudSyncOptions, type SyncSettings, withDefaults } from "./options.ts";
import { Outgoing, type Publication } from "./outgoing.ts";
import { birthBody, offlineBody, type Versions } from "./presence.ts";
import { isAlarm, type LossCause } from "./reconnect.ts";
import { type Topics, topicsOf } from "./topics.ts";

/** How long a stop waits for what is on its way, and for the farewell. */
const flushTimeoutMs = 2_000;
/** Bytes of a PUBLISH beside its topic and body: fixed header, lengths, packet id, properties. */
const publishOverheadBytes = 32;

export interface CloudSyncPorts {
  readonly store: Store;
  readonly commands: CommandDoor;
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
  /** Uniform in [0, 1). */
  random(): number;
  readonly logger: Logger;
}

/** Why the link was last lost or refused. */
export interface LinkFault {
  readonly cause: LossCause;
  readonly why: string;
  /** Trusted time, ms UTC. */
  readonly atMs: number;
}

/** The synchronisation's health. */
export interface CloudSyncState {
  readonly connected: boolean;
  /** When `connected` last changed, trusted time in ms UTC. */
  readonly since: number;
  readonly lastError: LinkFault | null;
  /** A fault that needs people, until the link stands again. */
  readonly alarm: LinkFault | null;
  /** Records that the cloud does not have yet. */
  readonly backlog: number;
  readonly epoch: string;
  /** Last record that the cloud (or its broker, as configured) has. */
  readonly cursor: number;
  readonly received: IncomingCounts;
}

/**
 * The gateway and its cloud, kept in step over MQTT (DESIGN §4): the journal goes up at least
 * once and in order, commands come down and are acknowledged after their commit.
 * It runs for ever beside the rest of the gateway; the broker's absence only lets the journal grow.
 */
export class CloudSync {
  readonly #ports: CloudSyncPorts;
  readonly #settings: SyncSettings;
  readonly #topics: Topics;
  readonly #source: EnvelopeSource;
  readonly #cursor: SyncCursor;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #link: Link;
  #endJournal: (() => void) | null = null;
  #connection: Connection | null = null;
  #sinceMs: number;
  #lastError: LinkFault | null = null;
  #alarm: LinkFault | null = null;
  #isStopping = false;
  /** Ends the wait for the farewell's PUBACK. */
  #endFarewell: () => void = () => {};

  /** @throws GatewayError when the options can never make a connection. */
  constructor(ports: CloudSyncPorts) {
    const { store, commands, clock, identity, logger, random } = ports;
    this.#ports = ports;
    this.#settings = withDefaults(ports.options);
    checkSettings(this.#settings);
    this.#topics = topicsOf(this.#settings.prefix, identity.gatewayId);
    this.#source = {
      gatewayId: identity.gatewayId,
      nameOf: ports.nameOf,
      openSealed: ports.openSealed,
    };
    this.#sinceMs = clock.reading().nowMs;
    this.#cursor = new SyncCursor(store, clock, (err) =>
      logger.error({ err }, "the store did not take the cursor"),
    );
    this.#outgoing = new Outgoing(store, this.#cursor, {
      acknowledge: this.#settings.acknowledge,
      cloudTimeoutMs: this.#settings.cloudTimeoutMs,
      encode: (record, maximumBytes) => this.#encode(record, maximumBytes),
      onGap: (from, to) => this.#recordGap(from, to),
      onRepeatDropped: (seq) => logger.warn({ seq }, "a stored reply was not sent once more"),
    });
    this.#incoming = new Incoming({
      store,
      commands,
      clock,
      outgoing: this.#outgoing,
      topics: this.#topics,
      logger,
    });
    this.#link = new Link(
      {
        settings: this.#settings,
        identity: {
          clientId: identity.gatewayId,
          will: { topic: this.#topics.state, body: offlineBody(identity.boot) },
        },
        subscriptions: [this.#topics.command, this.#topics.sync],
        random,
        logger,
      },
      this.#linkOwner(),
    );
  }

  /** Begins to connect; returns at once. */
  start(): void {
    this.#endJournal ??= this.#ports.store.onJournal(() => this.#outgoing.wake());
    this.#link.start();
  }

  /**
   * Sends what is left and says farewell, for at most 2 s together, disconnects, and writes the
   * cursor. A command that still comes in is carried out; once this resolves none is under way,
   * and the store is touched no more. Never rejects.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const deadline = AbortSignal.timeout(flushTimeoutMs);
    if (this.#connection !== null) await orAborted(this.#outgoing.idle(), deadline);
    const connection = this.#connection;
    this.#endJournal?.();
    this.#outgoing.detach();
    if (connection !== null) await orAborted(this.#farewell(connection), deadline);
    await this.#link.stop();
    await this.#incoming.settled();
    await this.#cursor.flush();
  }

  state(): CloudSyncState {
    return {
      connected: this.#connection !== null,
      since: this.#sinceMs,
      lastError: this.#lastError,
      alarm: this.#alarm,
      backlog: this.#outgoing.backlog,
      epoch: this.#ports.store.journalRange().epoch,
      cursor: this.#cursor.seq,
      received: this.#incoming.counts,
    };
  }

  #linkOwner(): LinkOwner {
    return {
      onUp: (connection) => this.#up(connection),
      onDown: (cause, why) => this.#down(cause, why),
      onFailed: (cause, why) => this.#note(cause, why),
      onMessage: (message) => this.#incoming.handle(message),
    };
  }

  /** The cloud learns who speaks before it hears what. */
  #up(connection: Connection): void {
    const { identity, clock, options, store, logger } = this.#ports;
    const { nowMs, state } = clock.reading();
    const body = birthBody({
      boot: identity.boot,
      journal: store.journalRange(),
      digest: options.digest(),
      versions: identity.versions,
      clock: state,
    });
    this.#connection = connection;
    this.#sinceMs = nowMs;
    this.#alarm = null;
    logger.info({ backlog: this.#outgoing.backlog }, "cloud link up");
    connection.publish(this.#topics.state, body, { retain: true }, () => {
      if (!this.#isStopping) this.#outgoing.attach(connection);
    });
  }

  #down(cause: LossCause, why: string): void {
    this.#connection = null;
    this.#sinceMs = this.#ports.clock.reading().nowMs;
    this.#outgoing.detach();
    this.#endFarewell();
    this.#note(cause, why);
  }

  #note(cause: LossCause, why: string): void {
    if (cause === "stopped") return;
    const fault = { cause, why, atMs: this.#ports.clock.reading().nowMs };
    this.#lastError = fault;
    if (isAlarm(cause)) this.#alarm = fault;
  }

  #farewell(connection: Connection): Promise<void> {
    const body = offlineBody(this.#ports.identity.boot);
    return new Promise((resolve) => {
      this.#endFarewell = resolve;
      // A broker that left a whole window unanswered gets the will instead.
      if (connection.isFull) resolve();
      else connection.publish(this.#topics.state, body, { retain: true }, resolve);
    });
  }

  #encode(record: JournalRecord, maximumBytes: number): Publication {
    const whole = wireRecordOf(record, this.#source);
    for (const { path } of whole.unreadable) {
      this.#ports.logger.error({ seq: record.seq, path }, "a sealed code cannot be opened");
    }
    const topic = this.#topics[whole.topic];
    const limit = maximumBytes - Buffer.byteLength(topic) - publishOverheadBytes;
    if (Buffer.byteLength(whole.body) <= limit) return { topic, body: whole.body };
    this.#ports.logger.error(
      { seq: record.seq, maximumBytes },
      "record is too large for the broker",
    );
    const stub = tooLargeRecordOf(record, this.#source, maximumBytes);
    return { topic: this.#topics[stub.topic], body: stub.body };
  }

  #recordGap(from: number, to: number): void {
    const { store, clock, logger } = this.#ports;
    const { nowMs, state } = clock.reading();
    const detail = { from, to, count: to - from + 1, reason: "pruned" };
    logger.error(detail, "journal records went before the cloud had them");
    const gap = { kind: "event", event: "journalGap", lock: null, detail } as const;
    store
      .commit({ changes: [], journal: [gap] }, { atMs: nowMs, clock: state })
      .catch((err: unknown) => logger.error({ err }, "the store did not take the gap"));
  }
}

function checkSettings({ url, window, prefix }: SyncSettings): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !["mqtt:", "mqtts:"].includes(parsed.protocol) || parsed.hostname === "") {
    throw new GatewayError("badParameters", "url must be mqtt://host:port or mqtts://host:port", {
      field: "url",
    });
  }
  if (!Number.isInteger(window) || window < 1 || window > 1000) {
    throw new GatewayError("badParameters", "window must be 1 … 1000", { field: "window" });
  }
  if (!/^[^/+#\0][^+#\0]*[^/+#\0]$|^[^/+#\0]$/.test(prefix)) {
    throw new GatewayError("badParameters", "prefix must be a topic without wildcards", {
      field: "prefix",
    });
  }
}

function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener("abort", () => resolve(), { once: true });
    void promise.then(resolve);
  });
}
