import type { JsonObject } from "../base/json.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import type { LockId } from "../core/model/door-lock.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { ReplyEntry, SealedDetail } from "../core/model/journal.ts";
import type { Requester } from "../core/model/requester.ts";
import { type Change, put, remove, type Store, type StoreView } from "../store/store.ts";
import { ActivityNotes } from "./activity/activity-notes.ts";
import type { Caller } from "./caller.ts";
import type { Command, CommandContext, Decision } from "./command.ts";
import type {
  CloudCommand,
  CloudExecution,
  CommandExecutor,
  CommandReply,
  CommandRequest,
} from "./execution.ts";
import { lockNamed } from "./locks/address.ts";
import { withOpened } from "./passwords/reply-codes.ts";
import { isRevocation } from "./passwords/revocation.ts";
import type { CodeSealer, KeyPort, SitePort } from "./ports.ts";
import { requirePlainText } from "./schema/plain-params.ts";
import { requireValid } from "./schema/schema-faults.ts";
import { CommandSequence } from "./sequence/command-sequence.ts";

export interface DispatcherPorts {
  readonly commands: readonly Command[];
  readonly store: Store;
  readonly sealer: CodeSealer;
  readonly site: SitePort;
  readonly keys?: KeyPort;
  reading(): TimeReading;
  newId(): string;
  /**
   * Called with the locks to plan anew, while the batch is on its way to the disk: the planner sends
   * nothing before the disk has all that was decided.
   */
  wake(lock: LockId): void;
  /** A fault that is ours: logged with its cause, told as 15000. */
  onFault(command: string, cause: unknown): void;
  /** Calls `run` after `delayMs`; the function that it returns cancels it. Absent = cloud commands have no time limit. */
  after?(delayMs: number, run: () => void): () => void;
  /** Whether it was the disk that did not give a command what it asked for; absent = never. */
  isOfStore?(cause: unknown): boolean;
}

/** So many executed commands are remembered; beyond, the oldest are forgotten in the same batch. */
export const inboxLimit = 10_000;

/** Time limit of a scan or other work by hand for the cloud; it then ends with what it has. */
const maxCloudWorkMs = 60_000;

const cloud: Caller = { transport: "mqtt", name: "cloud", scope: "manager", origin: "cloud" };

/** How a command ended: with something to write, or with a fault of its caller's. */
type Ran = Decision | GatewayError;

/** The one way in: parse, run, one batch, wake; then the answer. */
export class CommandDispatcher implements CommandExecutor {
  readonly #ports: DispatcherPorts;
  readonly #byName: ReadonlyMap<string, Command>;
  /** Command ids in the order they were executed, oldest first. */
  readonly #inbox: string[];
  /** Cloud commands whose batch is being written: a repeat meanwhile waits for the same end. */
  readonly #order: CommandSequence;
  readonly #running = new Map<string, Promise<CloudExecution>>();
  readonly #activity = new ActivityNotes();

  constructor(ports: DispatcherPorts) {
    this.#ports = ports;
    this.#byName = new Map(ports.commands.map((command) => [command.name, command]));
    this.#order = new CommandSequence(ports.store);
    this.#inbox = [...ports.store.list("inbox")]
      .sort((a, b) => a.atMs - b.atMs)
      .map((record) => record.commandId);
  }

  async execute(request: CommandRequest): Promise<CommandReply> {
    const time = this.#ports.reading();
    const ran = this.#run(request, time);
    const decision = ran instanceof Promise ? (await ran)() : ran;
    if (decision instanceof GatewayError) {
      return { ErrNo: decision.errNo, ErrMsg: decision.message };
    }
    // Without changes this waits for the commits before it: what was read from memory is then told.
    const order = this.#order.noteLocal(decision, time);
    const changes = [...askedFor(decision.changes, { by: request.caller.name }), ...order];
    const written = this.#ports.store.commit({ ...decision, changes }, timestampOf(time));
    for (const lock of decision.wake) this.#ports.wake(lock);
    await written;
    decision.after?.();
    const result = withOpened(decision.result, decision.sealed ?? [], this.#ports.sealer);
    return { ...result, ErrNo: 0, ErrMsg: "" };
  }

  executeFromCloud(command: CloudCommand): Promise<CloudExecution> {
    const running = this.#running.get(command.id);
    if (running !== undefined) return running.then((end) => ({ ...end, isRepeat: true }));
    const known = this.#ports.store.get("inbox", [command.id]);
    if (known !== undefined) {
      return Promise.resolve({ seq: known.seq, epoch: known.epoch, isRepeat: true });
    }
    const execution = this.#executeOnce(command).finally(() => this.#running.delete(command.id));
    this.#running.set(command.id, execution);
    return execution;
  }

  async #executeOnce(command: CloudCommand): Promise<CloudExecution> {
    const { store } = this.#ports;
    const time = this.#ports.reading();
    const refusal = this.#refusalOf(command, time);
    if (refusal === null) await this.#markAttempt(command, time);
    const limit = new AbortController();
    const ran = refusal ?? this.#run({ ...command, caller: cloud, signal: limit.signal }, time);
    // From here to the commit nothing waits: what was decided on is what is written over.
    const decided =
      ran instanceof Promise ? (await this.#within(cloudWorkMs(command, time), limit, ran))() : ran;
    const order = decided instanceof GatewayError ? [] : this.#order.judge(command, decided, time);
    const decision = order instanceof GatewayError ? order : decided;
    const reply = replyOf(command, decision, store);
    const asked = { by: cloud.name, commandId: command.id };
    const changes: Change[] =
      decision instanceof GatewayError ? [] : askedFor(decision.changes, asked);
    if (!(order instanceof GatewayError)) changes.push(...order);
    const journal = decision instanceof GatewayError ? [] : decision.journal;
    // Taken in the same turn as the commit, so that no other reply can take this number.
    const { epoch } = store.journalRange();
    const seq = store.nextSeq();
    changes.push(...this.#remember({ commandId: command.id, epoch, seq, atMs: time.nowMs }));
    const operations = decision instanceof GatewayError ? [] : (decision.operations ?? []);
    const transaction = { changes, journal: [reply, ...journal], operations };
    const written = store.commit(transaction, timestampOf(time));
    if (!(decision instanceof GatewayError)) {
      for (const lock of decision.wake) this.#ports.wake(lock);
    }
    await written;
    if (!(decision instanceof GatewayError)) decision.after?.();
    return { seq, epoch, isRepeat: false };
  }

  /** The cloud cannot hang up, so that work by hand for it has a time limit. */
  async #within<T>(limitMs: number, limit: AbortController, running: Promise<T>): Promise<T> {
    const cancel = this.#ports.after?.(limitMs, () => limit.abort());
    try {
      return await running;
    } finally {
      cancel?.();
    }
  }

  /** @returns why the command must not run; null = it may. */
  #refusalOf(command: CloudCommand, time: TimeReading): GatewayError | null {
    if (this.#ports.store.get("attempt", [command.id]) !== undefined) {
      return new GatewayError(
        "unreachable",
        "id: it was attempted before a restart; how it ended is not known",
      );
    }
    if (hasExpired(command, time)) {
      return new GatewayError("expired", "exp: the command has expired", { field: "exp" });
    }
    return this.#order.refusalOf(command, this.#byName.get(command.command), time);
  }

  /** A one-shot command is on disk before it acts. */
  async #markAttempt(command: CloudCommand, time: TimeReading): Promise<void> {
    if (this.#byName.get(command.command)?.isOneShot !== true) return;
    const mark = { commandId: command.id, command: command.command, atMs: time.nowMs };
    const attempt = put("attempt", [command.id], mark);
    await this.#ports.store.commit({ changes: [attempt], journal: [] }, timestampOf(time));
  }

  #remember(record: { commandId: string; epoch: string; seq: number; atMs: number }): Change[] {
    const changes: Change[] = [put("inbox", [record.commandId], record)];
    if (this.#ports.store.get("attempt", [record.commandId]) !== undefined) {
      changes.push(remove("attempt", [record.commandId]));
    }
    this.#inbox.push(record.commandId);
    const oldest = this.#inbox.length > inboxLimit ? this.#inbox.shift() : undefined;
    if (oldest !== undefined) changes.push(remove("inbox", [oldest]));
    return changes;
  }

  #run(
    request: CommandRequest & { readonly id?: string },
    time: TimeReading,
  ): Ran | Promise<() => Ran> {
    const { keys, sealer, site, store } = this.#ports;
    const command = this.#byName.get(request.command);
    if (command === undefined) {
      return new GatewayError("notImplemented", `command: ${request.command} is not known`, {
        field: "command",
      });
    }
    const context: CommandContext = {
      view: store,
      time,
      sealer,
      caller: request.caller,
      requester: {
        by: request.caller.name,
        ...(request.id === undefined ? {} : { commandId: request.id }),
      },
      site,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      ...(keys === undefined ? {} : { keys }),
      newId: () => this.#ports.newId(),
    };
    const failed = (cause: unknown) => this.#fault(request.command, cause);
    try {
      requireValid(command.input, request.params);
      requirePlainText(request.params);
      const decided = command.run(context, request.params);
      const call = { command, context, params: request.params };
      const noted = (decision: Decision) => this.#activity.noted(decision, call);
      if (!(decided instanceof Promise)) return noted(decided);
      return decided.then(
        (late) => () => decidedNow(late, { noted, failed }),
        (cause: unknown) => () => failed(cause),
      );
    } catch (cause) {
      return failed(cause);
    }
  }

  #fault(command: string, cause: unknown): GatewayError {
    if (cause instanceof GatewayError) return cause;
    this.#ports.onFault(command, cause);
    if (this.#ports.isOfStore?.(cause) === true) {
      return new GatewayError("store", "nothing was changed", { cause });
    }
    return new GatewayError("internal", "internal error", { cause });
  }
}

/** Every password that a command changes says who wanted it so. */
function askedFor(changes: readonly Change[], asked: Requester): Change[] {
  return changes.map((change) =>
    change.table === "password" && change.value !== null
      ? { ...change, value: { ...change.value, asked } }
      : change,
  );
}

function decidedNow(
  late: Decision | (() => Decision),
  { noted, failed }: { noted(decision: Decision): Decision; failed(cause: unknown): Ran },
): Ran {
  try {
    return noted(typeof late === "function" ? late() : late);
  } catch (cause) {
    return failed(cause);
  }
}

/** How long a command of the cloud may use the radio: until it expires, and no longer than a minute. */
function cloudWorkMs(command: CloudCommand, time: TimeReading): number {
  const { exp } = command;
  const isBound = exp !== undefined && time.state !== "lost";
  if (!isBound || isRevocation(command.command, command.params)) return maxCloudWorkMs;
  return Math.max(0, Math.min(maxCloudWorkMs, exp * 1000 - time.nowMs));
}

/** An expired revocation is applied all the same: being late is no reason to leave a code live. */
function hasExpired(command: CloudCommand, time: TimeReading): boolean {
  if (command.exp === undefined || isRevocation(command.command, command.params)) return false;
  return time.state !== "lost" && command.exp * 1000 <= time.nowMs;
}

function replyOf(
  command: CloudCommand,
  decision: Decision | GatewayError,
  view: StoreView,
): ReplyEntry {
  const isFault = decision instanceof GatewayError;
  const result: JsonObject = isFault ? {} : decision.result;
  const sealed: readonly SealedDetail[] = isFault ? [] : (decision.sealed ?? []);
  // What is answered about a lock goes with it.
  const lock = Object.keys(result).length === 0 ? null : lockNamed(view, command.params);
  return {
    kind: "reply",
    commandId: command.id,
    command: command.command,
    errNo: isFault ? decision.errNo : 0,
    errMsg: isFault ? decision.message : "",
    result,
    ...(lock === null ? {} : { lock }),
    ...(sealed.length === 0 ? {} : { sealed }),
  };
}
