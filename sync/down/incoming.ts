import type { Logger } from "pino";
import type {
  CloudCommand,
  CloudExecution,
  CommandExecutor,
} from "../../daemon/commands/execution.ts";
import { isRevocation } from "../../daemon/commands/passwords/revocation.ts";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import { GatewayError } from "../../daemon/core/model/errors.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import type { IncomingMessage } from "../link/link.ts";
import type { Announcer } from "../presence/announcer.ts";
import { type DownTopic, parseDownTopic, type Topics } from "../topics.ts";
import type { Outgoing } from "../up/outgoing.ts";
import { acknowledgementIn } from "./acknowledgement.ts";
import { failedCommand, lostAttempt } from "./attempts.ts";
import { DirectReplies } from "./direct-replies.ts";
import { type Body, commandIdOf } from "./message-body.ts";
import { type RateLimit, TokenBucket } from "./rate-limit.ts";
import type { RefusalKind } from "./refused-message-alarm.ts";
import type { SyncMessage } from "./sync-messages.ts";

/** One-shot commands under way at one time; one more is refused. */
const maxUnderWay = 16;
/** Answers to messages that nobody vouches for: whoever floods the gateway is not to fill its line. */
const forgedAnswerRate: RateLimit = { burst: 16, perSecond: 1 };

export interface IncomingPorts {
  readonly store: Store;
  readonly commands: CommandExecutor;
  readonly clock: SyncClock;
  readonly outgoing: Outgoing;
  readonly topics: Topics;
  readonly commandRate: RateLimit;
  /** Is the journal full of what may not be dropped? */
  isFull(): boolean;
  /** Reads a body; a Promise only where it is protected. */
  read(kind: DownTopic, payload: Uint8Array): Body | Promise<Body>;
  /** Whether the cloud has signed whatever {@link read} lets in. */
  readonly isSigned: boolean;
  /** Says at once, and once only, what is not worth a record. */
  sendOnce(topic: "reply", body: string): void;
  /** Tells digests, and knows what was asked on this connection. */
  readonly announcer: Pick<Announcer, "publishLockDigests" | "isAnswered">;
  /** A message was refused for good, and its sender may never hear of it. */
  noteRefused(
    kind: RefusalKind,
    refused: { readonly topic: DownTopic; readonly reason: string },
  ): void;
  readonly logger: Logger;
}

/** What came from the cloud since the start of the process. */
export interface IncomingCounts {
  readonly commands: number;
  readonly repeats: number;
  /** Retained messages: a command is never to be retained. */
  readonly retained: number;
  /** Malformed messages, unsigned ones where they have to be signed, and those on foreign topics. */
  readonly rejected: number;
  /** Commands answered `busy` and not carried out. */
  readonly refused: number;
}

/**
 * Messages from the cloud, one at a time in the order they come, also across a reconnect.
 * A promise is kept when what the message asked for is on disk, or when it was rejected for good;
 * it is broken when the store failed, and the message must come again. A one-shot command is on
 * disk with its mark, before it acts: those behind it need not wait for the lock.
 */
export class Incoming {
  readonly #ports: IncomingPorts;
  readonly #rate: TokenBucket;
  readonly #forgedAnswers = new TokenBucket(forgedAnswerRate);
  readonly #answers: DirectReplies;
  readonly #counts = { commands: 0, repeats: 0, retained: 0, rejected: 0, refused: 0 };
  readonly #underWay = new Set<Promise<void>>();
  #last: Promise<void> = Promise.resolve();
  /** Loaded with the first command, for what it takes of memory; an import anew takes time. */
  #envelope: typeof import("./command-envelope.ts") | null = null;

  constructor(ports: IncomingPorts) {
    this.#ports = ports;
    this.#rate = new TokenBucket(ports.commandRate);
    this.#answers = new DirectReplies(ports);
  }

  get counts(): IncomingCounts {
    return { ...this.#counts };
  }

  handle(message: IncomingMessage): Promise<void> {
    // The message before may have failed; that is for its own caller.
    const turn = this.#last.then(() => this.#handleNow(message));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves when every message handed in so far is done with. */
  async idle(): Promise<void> {
    await this.#last;
    await Promise.all(this.#underWay);
  }

  async #handleNow(message: IncomingMessage): Promise<void> {
    const { topics, logger } = this.#ports;
    const kind = parseDownTopic(topics, message.topic);
    if (kind === null) {
      this.#counts.rejected += 1;
      logger.warn({ topic: message.topic }, "message on a topic nobody subscribed to is ignored");
      return;
    }
    if (message.isRetained) {
      // It would be executed again at every connection, for as long as the broker keeps it.
      this.#counts.retained += 1;
      logger.warn({ topic: message.topic }, "retained message is ignored");
      this.#ports.noteRefused("retained", { topic: kind, reason: "the message is retained" });
      return;
    }
    const read = this.#ports.read(kind, message.payload);
    const body = read instanceof Promise ? await read : read;
    if (!body.ok) {
      await this.#reject(kind, body);
    } else if (kind === "command") {
      this.#envelope ??= await import("./command-envelope.ts");
      const parsed = this.#envelope.parseCommandEnvelope(body.value);
      if (parsed.ok) await this.#command(this.#vouched(parsed.command));
      else await this.#reject(kind, { reason: parsed.reason, id: commandIdOf(body.value) });
    } else {
      const known = acknowledgementIn(body.value);
      if (known !== null) {
        await this.#applySync(known);
        return;
      }
      const { parseSyncMessage } = await import("./sync-messages.ts");
      const parsed = parseSyncMessage(body.value);
      if (parsed.ok) await this.#applySync(parsed.message);
      else await this.#reject(kind, { reason: parsed.reason, id: commandIdOf(body.value) });
    }
  }

  #vouched(command: CloudCommand): CloudCommand {
    return this.#ports.isSigned ? { ...command, isSigned: true } : command;
  }

  async #command(command: CloudCommand): Promise<void> {
    const { clock, commands, store } = this.#ports;
    await commands.ready?.();
    if (command.iat !== undefined) clock.offerCloudTime(command.iat * 1000);
    const isKnown = store.get("inbox", [command.id]) !== undefined;
    const refusal = isKnown ? null : this.#refusalOf(command);
    if (refusal !== null) {
      this.#refuse(command, refusal);
      return;
    }
    const execution = this.#execute(command);
    // The door has marked it before it came back: from here on it is never carried out twice.
    if (store.get("attempt", [command.id]) === undefined) {
      await execution.then((end) => this.#answered(command, end));
      return;
    }
    this.#follow(command, execution);
    await store.settled();
  }

  /** @returns why a command is not taken, in a sentence; null = it is. */
  #refusalOf(command: CloudCommand): string | null {
    if (!this.#rate.take()) return "too many commands; send it again later";
    if (this.#underWay.size >= maxUnderWay) return "too many commands are under way to locks";
    if (this.#ports.isFull() && !isRevocation(command.command, command.params)) {
      return "the journal is full of what the cloud has not taken yet; only revocations are taken";
    }
    return null;
  }

  /** It would fill the journal that is full, or write to disk at the pace of a flood. */
  #refuse({ id, command }: CloudCommand, text: string): void {
    this.#counts.refused += 1;
    this.#answers.sendOnce(id, "busy", text, command);
    if (this.#counts.refused % 1000 === 1) {
      this.#ports.logger.warn({ refused: this.#counts.refused, text }, "commands are refused");
    }
  }

  /** @returns null when the command was given up and answered. */
  async #execute(command: CloudCommand): Promise<CloudExecution | null> {
    const { commands, store, clock, logger } = this.#ports;
    try {
      return await commands.executeFromCloud(command);
    } catch (error) {
      const isBusy = error instanceof GatewayError && error.code === "busy";
      const isMarked = store.get("attempt", [command.id]) !== undefined;
      if (store.failed.aborted || isBusy || isMarked) throw error;
      // It would fail the next time as well, and bar the way for all that come after it.
      logger.error({ err: error, id: command.id }, "a command failed and is given up");
      const time = clock.reading();
      const { nowMs } = time;
      await store.commit(failedCommand(store, command, nowMs), timestampOf(time));
      return null;
    }
  }

  /** Waits beside the line for a command that is already on disk. */
  #follow(command: CloudCommand, execution: Promise<CloudExecution | null>): void {
    const end = execution
      .then((ended) => this.#answered(command, ended))
      .catch((err: unknown) => this.#unanswered(command, err))
      .finally(() => this.#underWay.delete(end));
    this.#underWay.add(end);
  }

  async #answered(command: CloudCommand, execution: CloudExecution | null): Promise<void> {
    const { outgoing, store, logger } = this.#ports;
    this.#counts.commands += 1;
    if (execution === null || !execution.isRepeat) return;
    const { seq, epoch } = execution;
    this.#counts.repeats += 1;
    const journal = store.journalRange();
    if (epoch === journal.epoch && seq >= journal.tail) {
      outgoing.resendReply(seq);
      return;
    }
    logger.warn({ id: command.id, seq, epoch }, "reply of a repeated command is no longer kept");
    const text = "the command was executed; its reply is no longer kept";
    await this.#answers.record(command.id, command.command, { code: "notFound", text });
  }

  /** Its answer could not be written. With a dead store the next start of the process answers. */
  async #unanswered(command: CloudCommand, err: unknown): Promise<void> {
    const { store, clock, logger } = this.#ports;
    logger.error({ err, id: command.id }, "a command's outcome could not be written");
    const attempt = store.get("attempt", [command.id]);
    if (attempt === undefined || store.failed.aborted) return;
    const time = clock.reading();
    const { nowMs } = time;
    const stamp = timestampOf(time);
    await store.commit(lostAttempt(store, attempt, nowMs), stamp).catch(() => {});
  }

  async #applySync(message: SyncMessage): Promise<void> {
    const { clock, outgoing, store, logger } = this.#ports;
    switch (message.kind) {
      case "acknowledgement": {
        const { epoch, head } = store.journalRange();
        if (message.epoch === epoch && message.seq <= head) {
          outgoing.acknowledge(message.seq);
          return;
        }
        this.#counts.rejected += 1;
        logger.warn({ ...message, ours: { epoch, head } }, "acknowledgement does not fit");
        // Another epoch was before the store was made again.
        if (message.epoch === epoch) await this.#unknownRecord(message.seq);
        return;
      }
      case "replay":
        logger.info({ from: message.from }, "the cloud asks for a replay");
        outgoing.replay(message.from);
        return;
      case "time":
        clock.offerCloudTime(message.unixMs, this.#ports.announcer.isAnswered(message.nonce));
        return;
      case "digest":
        this.#ports.announcer.publishLockDigests(message.uuid);
        return;
      case "snapshot":
        await this.#command(this.#vouched(message.command));
        return;
    }
  }

  /**
   * The cloud has records of this epoch that were never made here. Signed, that proves that an older copy
   * was put back, or that somebody runs on the same one. Anybody on the broker could say it unsigned.
   */
  async #unknownRecord(seq: number): Promise<void> {
    const { store, isSigned } = this.#ports;
    if (isSigned) {
      await store.declareOutdated();
      return;
    }
    const reason = `seq: ${seq} was never made in this epoch`;
    this.#ports.noteRefused("acknowledgement", { topic: "sync", reason });
  }

  /** A message that will never be good: it is acknowledged, and answered where it can be. */
  async #reject(kind: DownTopic, fault: Fault): Promise<void> {
    const { reason, id = null, isForged = false } = fault;
    this.#counts.rejected += 1;
    this.#ports.logger.warn({ kind, reason, id }, "message from the cloud is rejected");
    const refusal = isForged ? "forged" : id === null ? "malformed" : null;
    if (refusal !== null) this.#ports.noteRefused(refusal, { topic: kind, reason });
    if (id === null) return;
    if (isForged) {
      // No record of it: the journal is for what the cloud has asked.
      if (this.#forgedAnswers.take()) this.#answers.sendOnce(id, "permissionDenied", reason);
    } else if (this.#ports.isFull() || !this.#rate.take()) {
      this.#refuse({ id, command: "", params: null }, reason);
    } else {
      await this.#answers.record(id, "", { code: "badParameters", text: reason });
    }
  }
}

interface Fault {
  readonly reason: string;
  readonly id?: string | null;
  readonly isForged?: true;
}
