import type { CloudCommand } from "../../daemon/commands/execution.ts";
import type { IncomingMessage } from "../link/link.ts";
import type { Announcer } from "../presence/announcer.ts";
import { type DownTopic, parseDownTopic, type Topics } from "../topics.ts";
import type { Outgoing } from "../up/outgoing.ts";
import { acknowledgementIn } from "./acknowledgement.ts";
import { CommandRunner, type CommandRunnerPorts } from "./command-runner.ts";
import { DirectReplies } from "./direct-replies.ts";
import type { Counting, IncomingCounts } from "./incoming-counts.ts";
import { type Body, commandIdOf } from "./message-body.ts";
import { MessageQueue } from "./message-queue.ts";
import { precedenceOf } from "./precedence.ts";
import { type RateLimit, TokenBucket } from "./rate-limit.ts";
import type { RefusalKind } from "./refused-message-alarm.ts";
import { whenSent } from "./sending-pace.ts";
import type { SyncMessage } from "./sync-messages.ts";

/** Limits the answers to forged messages, so that a flood of them cannot fill the connection. */
const forgedAnswerRate: RateLimit = { burst: 16, perSecond: 1 };

export interface IncomingPorts extends CommandRunnerPorts {
  readonly outgoing: Outgoing;
  readonly topics: Topics;
  /** Reads a body. It returns a promise only if messages are protected. */
  read(kind: DownTopic, payload: Uint8Array): Body | Promise<Body>;
  /** Whether the cloud has signed everything that {@link read} accepts. */
  readonly isSigned: boolean;
  /** Sends a reply that has no record in the journal, at most once. */
  sendOnce(topic: "reply", body: string): void;
  /** Publishes digests, and knows which questions are open on this connection. */
  readonly announcer: Pick<Announcer, "publishLockDigests" | "isAnswered">;
  /** A message was refused for good, and its sender may never receive an answer. */
  noteRefused(
    kind: RefusalKind,
    refused: { readonly topic: DownTopic; readonly reason: string },
  ): void;
}

/**
 * Handles the cloud's messages one at a time, those about one lock in the sequence in which they come, also across a
 * reconnect. A revocation does not wait for messages about other locks. The promise resolves when the effect of the message is on disk, or when it was rejected for good. It
 * rejects when the store failed; then the message must come again.
 */
export class Incoming {
  readonly #ports: IncomingPorts;
  readonly #forgedAnswers = new TokenBucket(forgedAnswerRate);
  readonly #replies: DirectReplies;
  readonly #runner: CommandRunner;
  readonly #counts: Counting = { commands: 0, repeats: 0, retained: 0, rejected: 0, refused: 0 };
  readonly #queue: MessageQueue;
  /** Messages are read in the sequence in which they come, also if a signature takes time. */
  #reading: Promise<unknown> = Promise.resolve();
  /** Loaded with the first command to save memory, and kept because another import takes time. */
  #envelope: typeof import("./command-envelope.ts") | null = null;

  constructor(ports: IncomingPorts) {
    this.#ports = ports;
    this.#replies = new DirectReplies(ports);
    this.#runner = new CommandRunner(ports, this.#replies, this.#counts);
    this.#queue = new MessageQueue({ whenMayRun: () => whenSent(ports.outgoing) });
  }

  get counts(): IncomingCounts {
    return { ...this.#counts };
  }

  handle(message: IncomingMessage): Promise<void> {
    const reading = this.#reading.then(() => this.#read(message));
    // A failure belongs to the caller of its message.
    this.#reading = reading.catch(() => {});
    return reading.then((read) => {
      if (read === null) return undefined;
      const { kind, body } = read;
      return this.#queue.add(precedenceOf(kind, body), async () => {
        if (message.isWithdrawn?.() !== true) await this.#handleNow(kind, body);
      });
    });
  }

  /** Resolves when every message so far is handled. */
  async idle(): Promise<void> {
    await this.#reading;
    await this.#queue.idle();
    await this.#runner.idle();
  }

  /** Returns null for a message that is ignored. */
  async #read(
    message: IncomingMessage,
  ): Promise<{ readonly kind: DownTopic; readonly body: Body } | null> {
    const { topics, logger } = this.#ports;
    const kind = parseDownTopic(topics, message.topic);
    if (kind === null) {
      this.#counts.rejected += 1;
      logger.warn({ topic: message.topic }, "message on a topic nobody subscribed to is ignored");
      return null;
    }
    if (message.isRetained) {
      // It would be executed again at every connection, for as long as the broker retains it.
      this.#counts.retained += 1;
      logger.warn({ topic: message.topic }, "retained message is ignored");
      this.#ports.noteRefused("retained", { topic: kind, reason: "the message is retained" });
      return null;
    }
    return { kind, body: await this.#ports.read(kind, message.payload) };
  }

  async #handleNow(kind: DownTopic, body: Body): Promise<void> {
    if (!body.ok) await this.#reject(kind, body);
    else if (kind === "command") await this.#handleCommand(body.value);
    else await this.#handleSync(body.value);
  }

  async #handleCommand(value: unknown): Promise<void> {
    this.#envelope ??= await import("./command-envelope.ts");
    const parsed = this.#envelope.parseCommandEnvelope(value);
    if (parsed.ok) await this.#runner.run(this.#withSignature(parsed.command));
    else await this.#reject("command", { reason: parsed.reason, id: commandIdOf(value) });
  }

  async #handleSync(value: unknown): Promise<void> {
    const acknowledgement = acknowledgementIn(value);
    if (acknowledgement !== null) {
      await this.#applySync(acknowledgement);
      return;
    }
    const { parseSyncMessage } = await import("./sync-messages.ts");
    const parsed = parseSyncMessage(value);
    if (parsed.ok) await this.#applySync(parsed.message);
    else await this.#reject("sync", { reason: parsed.reason, id: commandIdOf(value) });
  }

  #withSignature(command: CloudCommand): CloudCommand {
    return this.#ports.isSigned ? { ...command, isSigned: true } : command;
  }

  async #applySync(message: SyncMessage): Promise<void> {
    const { clock, outgoing, announcer, logger } = this.#ports;
    switch (message.kind) {
      case "acknowledgement":
        await this.#acknowledge(message);
        return;
      case "replay":
        logger.info({ from: message.from }, "the cloud asks for a replay");
        outgoing.replay(message.from);
        return;
      case "time":
        clock.offerCloudTime(message.unixMs, announcer.isAnswered(message.nonce));
        return;
      case "digest":
        announcer.publishLockDigests(message.uuid);
        return;
      case "snapshot":
        await this.#runner.run(this.#withSignature(message.command));
        return;
    }
  }

  async #acknowledge(message: Extract<SyncMessage, { kind: "acknowledgement" }>): Promise<void> {
    const { outgoing, store, logger } = this.#ports;
    const { epoch, head } = store.journalRange();
    if (message.epoch === epoch && message.seq <= head) {
      outgoing.acknowledge(message.seq);
      return;
    }
    this.#counts.rejected += 1;
    logger.warn({ ...message, ours: { epoch, head } }, "acknowledgement does not fit");
    // An acknowledgement of another epoch is from before the store was created again.
    if (message.epoch === epoch) await this.#noteUnknownRecord(message.seq);
  }

  /**
   * The cloud has records of this epoch that this store never made. If the cloud signed that, the store is an
   * older copy, or another gateway runs on a copy. Unsigned, anybody at the broker could have sent it.
   */
  async #noteUnknownRecord(seq: number): Promise<void> {
    const { store, isSigned } = this.#ports;
    if (isSigned) {
      await store.declareOutdated();
      return;
    }
    const reason = `seq: ${seq} was never made in this epoch`;
    this.#ports.noteRefused("acknowledgement", { topic: "sync", reason });
  }

  /** Rejects a message that will never be valid: it is acknowledged, and answered if it has an id. */
  async #reject(kind: DownTopic, fault: Fault): Promise<void> {
    const { reason, id = null, isForged = false } = fault;
    this.#counts.rejected += 1;
    this.#ports.logger.warn({ kind, reason, id }, "message from the cloud is rejected");
    const refusal = isForged ? "forged" : id === null ? "malformed" : null;
    if (refusal !== null) this.#ports.noteRefused(refusal, { topic: kind, reason });
    if (id === null) return;
    if (isForged) {
      // It gets no record: the journal is for what the cloud itself requested.
      if (this.#forgedAnswers.take()) this.#replies.sendOnce(id, "permissionDenied", reason);
    } else if (this.#runner.mayRecord()) {
      await this.#replies.record(id, "", { code: "badParameters", text: reason });
    } else {
      this.#runner.refuse({ id, command: "", params: null }, reason);
    }
  }
}

interface Fault {
  readonly reason: string;
  readonly id?: string | null;
  readonly isForged?: true;
}
