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
import type { Outgoing } from "../up/outgoing.ts";
import { failedCommand, lostAttempt } from "./attempts.ts";
import type { DirectReplies } from "./direct-replies.ts";
import type { Counting } from "./incoming-counts.ts";
import { type RateLimit, TokenBucket } from "./rate-limit.ts";

/** Most one-shot commands that run at one time; a further one is refused. */
const maxRunning = 16;

export interface CommandRunnerPorts {
  readonly store: Store;
  readonly commands: CommandExecutor;
  readonly clock: SyncClock;
  readonly outgoing: Pick<Outgoing, "resendReply">;
  readonly commandRate: RateLimit;
  /** Whether the journal is full of records that may not be dropped. */
  isFull(): boolean;
  readonly logger: Logger;
}

/** Runs the cloud's commands, within their limits, and sees that each is answered. */
export class CommandRunner {
  readonly #ports: CommandRunnerPorts;
  readonly #replies: DirectReplies;
  readonly #counts: Counting;
  readonly #rate: TokenBucket;
  readonly #running = new Set<Promise<void>>();

  constructor(ports: CommandRunnerPorts, replies: DirectReplies, counts: Counting) {
    this.#ports = ports;
    this.#replies = replies;
    this.#counts = counts;
    this.#rate = new TokenBucket(ports.commandRate);
  }

  /** Resolves when no command runs any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /**
   * Resolves when the command, or its refusal, is on disk. A one-shot command is on disk with its mark
   * before it acts, so the messages behind it need not wait for the lock.
   * @throws (rejects) when the store failed: the broker must send the command again
   */
  async run(command: CloudCommand): Promise<void> {
    const { clock, commands, store } = this.#ports;
    await commands.ready?.();
    if (command.iat !== undefined) clock.offerCloudTime(command.iat * 1000);
    const isKnown = store.get("inbox", [command.id]) !== undefined;
    const refusal = isKnown ? null : this.#refusalOf(command);
    if (refusal !== null) {
      this.refuse(command, refusal);
      return;
    }
    const execution = this.#execute(command);
    // The executor marks a one-shot command before it returns: from here on it never runs twice.
    if (store.get("attempt", [command.id]) === undefined) {
      await execution.then((end) => this.#answer(command, end));
      return;
    }
    this.#follow(command, execution);
    await store.whenDurable();
  }

  /** Returns whether a message may be answered in the journal: the rate and the journal allow it. */
  mayRecord(): boolean {
    return !this.#ports.isFull() && this.#rate.take();
  }

  /** Refuses without a record: it would fill a full journal, or write to disk as fast as a flood comes in. */
  refuse({ id, command }: CloudCommand, text: string): void {
    this.#counts.refused += 1;
    this.#replies.sendOnce(id, "busy", text, command);
    if (this.#counts.refused % 1000 === 1) {
      this.#ports.logger.warn({ refused: this.#counts.refused, text }, "commands are refused");
    }
  }

  /** Returns why a command is refused, as a sentence; null = it is accepted. */
  #refusalOf(command: CloudCommand): string | null {
    if (!this.#rate.take()) return "too many commands; send it again later";
    if (this.#running.size >= maxRunning) return "too many commands are running at locks";
    if (this.#ports.isFull() && !isRevocation(command.command, command.params)) {
      return "the journal is full of records that the cloud does not have yet; only revocations are accepted";
    }
    return null;
  }

  /** Returns null if the command failed and that was answered. */
  async #execute(command: CloudCommand): Promise<CloudExecution | null> {
    const { commands, store, clock, logger } = this.#ports;
    try {
      return await commands.executeFromCloud(command);
    } catch (error) {
      const isBusy = error instanceof GatewayError && error.code === "busy";
      const isMarked = store.get("attempt", [command.id]) !== undefined;
      if (store.failed.aborted || isBusy || isMarked) throw error;
      // It would fail again each time, and stop all messages behind it.
      logger.error({ err: error, id: command.id }, "a command failed and is not tried again");
      const stamp = timestampOf(clock.reading());
      await store.commit(failedCommand(store, command, stamp.atMs), stamp);
      return null;
    }
  }

  /** Answers a command that is already on disk when it ends. Other messages do not wait for it. */
  #follow(command: CloudCommand, execution: Promise<CloudExecution | null>): void {
    const end = execution
      .then((ended) => this.#answer(command, ended))
      .catch((err: unknown) => this.#answerLost(command, err))
      .finally(() => this.#running.delete(end));
    this.#running.add(end);
  }

  async #answer(command: CloudCommand, execution: CloudExecution | null): Promise<void> {
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
    logger.warn(
      { id: command.id, seq, epoch },
      "the reply of a repeated command is no longer stored",
    );
    const text = "the command was executed; its reply is no longer kept";
    await this.#replies.record(command.id, command.command, { code: "notFound", text });
  }

  /** The outcome could not be written. If the store has failed, the next start of the process answers. */
  async #answerLost(command: CloudCommand, err: unknown): Promise<void> {
    const { store, clock, logger } = this.#ports;
    logger.error({ err, id: command.id }, "a command's outcome could not be written");
    const attempt = store.get("attempt", [command.id]);
    if (attempt === undefined || store.failed.aborted) return;
    const stamp = timestampOf(clock.reading());
    await store.commit(lostAttempt(store, attempt, stamp.atMs), stamp).catch(() => {});
  }
}
