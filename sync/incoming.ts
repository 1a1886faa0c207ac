import type { Logger } from "pino";
import type { CloudCommand, CloudExecution, CommandDoor } from "../daemon/commands/command.ts";
import { type ErrorCode, errorTable, GatewayError } from "../daemon/core/errors.ts";
import type { Store } from "../daemon/store/store.ts";
import { commandIdOf, parseBody } from "./body.ts";
import type { SyncClock } from "./clock-port.ts";
import { parseCommandEnvelope } from "./command-envelope.ts";
import type { IncomingMessage } from "./link.ts";
import type { Outgoing } from "./outgoing.ts";
import { parseSyncMessage, type SyncMessage } from "./sync-messages.ts";
import { parseDownTopic, type Topics } from "./topics.ts";

/** A command that fails so often in a row is given up, or it would bar the way for all others. */
const maxTries = 3;

export interface IncomingPorts {
  readonly store: Store;
  readonly commands: CommandDoor;
  readonly clock: SyncClock;
  readonly outgoing: Outgoing;
  readonly topics: Topics;
  readonly logger: Logger;
}

/** What came from the cloud since the start of the process. */
export interface IncomingCounts {
  readonly commands: number;
  readonly repeats: number;
  /** Retained messages: a command is never to be retained. */
  readonly retained: number;
  /** Malformed messages, and those on foreign topics. */
  readonly rejected: number;
}

/**
 * Messages from the cloud, one at a time in the order they come, also across a reconnect.
 * A promise is kept when what the message asked for is on disk, or when it was rejected for good;
 * it is broken when the store failed, and the message must come again.
 */
export class Incoming {
  readonly #ports: IncomingPorts;
  readonly #counts = { commands: 0, repeats: 0, retained: 0, rejected: 0 };
  #last: Promise<void> = Promise.resolve();
  /** The command that failed last. Only one can be at the head of the queue. */
  #failing: { readonly id: string; tries: number } | null = null;

  constructor(ports: IncomingPorts) {
    this.#ports = ports;
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
  settled(): Promise<void> {
    return this.#last;
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
      return;
    }
    const body = parseBody(message.payload);
    if (!body.ok) {
      await this.#reject(kind, body.reason, body.id ?? null);
      return;
    }
    if (kind === "command") await this.#command(body.value);
    else await this.#sync(body.value);
  }

  async #command(value: unknown): Promise<void> {
    const { clock, outgoing, store, logger } = this.#ports;
    const parsed = parseCommandEnvelope(value);
    if (!parsed.ok) {
      await this.#reject("command", parsed.reason, commandIdOf(value));
      return;
    }
    const { command } = parsed;
    if (command.iat !== undefined) clock.offerCloudTime(command.iat * 1000);
    const execution = await this.#execute(command);
    this.#counts.commands += 1;
    if (execution === null || !execution.isRepeat) return;
    const { seq, epoch } = execution;
    this.#counts.repeats += 1;
    const journal = store.journalRange();
    if (epoch === journal.epoch && seq >= journal.tail) {
      outgoing.repeat(seq);
      return;
    }
    logger.warn({ id: command.id, seq, epoch }, "reply of a repeated command is no longer kept");
    const text = "the command was executed; its reply is no longer kept";
    await this.#reply(command.id, command.command, { code: "notFound", text });
  }

  /** @returns null when the command was given up and answered. */
  async #execute(command: CloudCommand): Promise<CloudExecution | null> {
    const { commands, store, logger } = this.#ports;
    try {
      return await commands.executeFromCloud(command);
    } catch (error) {
      const isBusy = error instanceof GatewayError && error.code === "busy";
      if (store.failed.aborted || isBusy || this.#triesOf(command.id) < maxTries) throw error;
      this.#failing = null;
      logger.error({ err: error, id: command.id }, "a command failed again and again: given up");
      const text = `the command failed ${maxTries} times and was given up`;
      await this.#reply(command.id, command.command, { code: "internal", text });
      return null;
    }
  }

  /** Counts one more failure of the command `id`. */
  #triesOf(id: string): number {
    if (this.#failing?.id === id) this.#failing.tries += 1;
    else this.#failing = { id, tries: 1 };
    return this.#failing.tries;
  }

  async #sync(value: unknown): Promise<void> {
    const parsed = parseSyncMessage(value);
    if (!parsed.ok) {
      await this.#reject("sync", parsed.reason, null);
      return;
    }
    this.#applySync(parsed.message);
  }

  #applySync(message: SyncMessage): void {
    const { clock, outgoing, store, logger } = this.#ports;
    switch (message.kind) {
      case "acknowledgement": {
        const { epoch, head } = store.journalRange();
        if (message.epoch === epoch && message.seq <= head) {
          outgoing.acknowledge(message.seq);
          return;
        }
        // Of another epoch, or of records that were never made: this gateway was restored or cloned.
        this.#counts.rejected += 1;
        logger.warn(
          { ...message, ours: { epoch, head } },
          "acknowledgement does not fit the journal",
        );
        return;
      }
      case "replay":
        logger.info({ from: message.from }, "the cloud asks for a replay");
        outgoing.replay(message.from);
        return;
      case "time":
        clock.offerCloudTime(message.unixMs);
        return;
    }
  }

  /** A message that will never be good: it is acknowledged, and answered where it can be. */
  async #reject(kind: "command" | "sync", reason: string, id: string | null): Promise<void> {
    this.#counts.rejected += 1;
    this.#ports.logger.warn({ kind, reason, id }, "message from the cloud is rejected");
    if (id !== null) await this.#reply(id, "", { code: "badParameters", text: reason });
  }

  /** An answer that no command made. It goes through the journal like every other. */
  async #reply(
    commandId: string,
    command: string,
    fault: { readonly code: ErrorCode; readonly text: string },
  ): Promise<void> {
    const { store, clock } = this.#ports;
    const { errNo } = errorTable[fault.code];
    const { nowMs, state } = clock.reading();
    await store.commit(
      {
        changes: [],
        journal: [{ kind: "reply", commandId, command, errNo, errMsg: fault.text, result: {} }],
      },
      { atMs: nowMs, clock: state },
    );
  }
}
