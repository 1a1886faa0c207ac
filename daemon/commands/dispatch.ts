import type { JsonObject } from "../base/json.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import type { LockId } from "../core/model/door-lock.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { ReplyEntry, SealedDetail } from "../core/model/journal.ts";
import { put, type Store, type StoreView } from "../store/store.ts";
import { withActivityLine } from "./activity/activity-entry.ts";
import { ActivityNotes } from "./activity/activity-notes.ts";
import { type Caller, callerKey } from "./caller.ts";
import { cloudWorkMs, hasExpired } from "./cloud-deadline.ts";
import type { Command, CommandContext, Decision } from "./command.ts";
import type {
  CloudCommand,
  CloudExecution,
  CommandExecutor,
  CommandReply,
  CommandRequest,
} from "./execution.ts";
import { Inbox } from "./inbox.ts";
import { lockNamed } from "./locks/address.ts";
import { withOpened } from "./passwords/reply-codes.ts";
import type { CodeSealer, KeyPort, SitePort } from "./ports.ts";
import { randomCode } from "./random-code.ts";
import { withRequester } from "./requested-changes.ts";
import { withLockSpelling } from "./schema/lock-spelling.ts";
import { requirePlainText } from "./schema/plain-params.ts";
import { requireValid } from "./schema/schema-faults.ts";
import { CommandSequence } from "./sequence/command-sequence.ts";
import { checkNamed } from "./work/named-check.ts";
import { WorkView } from "./work/work-view.ts";

export interface DispatcherPorts {
  readonly commands: readonly Command[];
  readonly store: Store;
  readonly sealer: CodeSealer;
  readonly site: SitePort;
  readonly keys?: KeyPort;
  reading(): TimeReading;
  newId(): string;
  /** Returns random digits; absent = from the system's generator. */
  readonly randomCode?: CommandContext["randomCode"];
  /**
   * Called with each lock to plan again, while the batch is on its way to the disk: the planner sends
   * nothing before the disk has everything that was decided.
   */
  wake(lock: LockId): void;
  /** Called with a fault of the gateway itself: it is logged with its cause, and answered as 15000. */
  onFault(command: string, cause: unknown): void;
  /** Calls `run` after `delayMs`; the returned function cancels it. Absent = cloud commands have no time limit. */
  after?(delayMs: number, run: () => void): () => void;
  /** Returns whether the disk is the cause of a fault; absent = never. */
  isOfStore?(cause: unknown): boolean;
}

const cloud: Caller = { transport: "mqtt", name: "cloud", scope: "manager", origin: "cloud" };

/** How a command ended: with a decision to write, or with an error for its caller. */
type Ran = Decision | GatewayError;

/** The one way in for commands: parse, run, one batch, wake; then the answer. */
export class CommandDispatcher implements CommandExecutor {
  readonly #ports: DispatcherPorts;
  readonly #byName: ReadonlyMap<string, Command>;
  readonly #inbox: Inbox;
  readonly #sequence: CommandSequence;
  /** Cloud commands whose batch is being written: a repeat meanwhile waits for the same end. */
  readonly #running = new Map<string, Promise<CloudExecution>>();
  readonly #activity = new ActivityNotes();

  constructor(ports: DispatcherPorts) {
    this.#ports = ports;
    this.#byName = new Map(
      ports.commands.map((command) => [command.name, withActivityLine(command)]),
    );
    this.#sequence = new CommandSequence(ports.store);
    this.#inbox = new Inbox(ports.store);
  }

  async execute(given: CommandRequest): Promise<CommandReply> {
    const time = this.#ports.reading();
    const request = this.#spelled(given);
    const ran = this.#run(request, time);
    const decision = ran instanceof Promise ? (await ran)() : ran;
    if (decision instanceof GatewayError) {
      return { ErrNo: decision.errNo, ErrMsg: decision.message };
    }
    const stamps = this.#sequence.noteLocal(decision, time);
    const requester = { by: callerKey(request.caller) };
    const changes = [...withRequester(decision.changes, requester), ...stamps];
    // Without changes it waits for the commits before it: what was read from memory is on disk then.
    await this.#commit({ ...decision, changes }, decision, time);
    const result = withOpened(decision.result, decision.sealed ?? [], this.#ports.sealer);
    return { ...result, ErrNo: 0, ErrMsg: "" };
  }

  executeFromCloud(command: CloudCommand): Promise<CloudExecution> {
    const running = this.#running.get(command.id);
    if (running !== undefined) return running.then((end) => ({ ...end, isRepeat: true }));
    const known = this.#inbox.find(command.id);
    if (known !== null) {
      return Promise.resolve({ seq: known.seq, epoch: known.epoch, isRepeat: true });
    }
    const execution = this.#executeOnce(this.#spelled(command)).finally(() =>
      this.#running.delete(command.id),
    );
    this.#running.set(command.id, execution);
    return execution;
  }

  #spelled<T extends { readonly params: unknown }>(request: T): T {
    const { gatewayId } = this.#ports.site.gateway();
    return { ...request, params: withLockSpelling(request.params, gatewayId) };
  }

  async #executeOnce(command: CloudCommand): Promise<CloudExecution> {
    const { store } = this.#ports;
    const time = this.#ports.reading();
    const refusal = this.#refusalOf(command, time);
    if (refusal === null) await this.#markAttempt(command, time);
    const limit = new AbortController();
    const ran = refusal ?? this.#run({ ...command, caller: cloud, signal: limit.signal }, time);
    // Nothing waits from here to the commit: the decision is written over the records that it read.
    const decided =
      ran instanceof Promise ? (await this.#within(cloudWorkMs(command, time), limit, ran))() : ran;
    const decision = this.#judged(command, decided, time);
    // Taken in the turn of the commit, so that no other reply can take this number.
    const { epoch } = store.journalRange();
    const seq = store.nextSeq();
    const memory = this.#inbox.remember({
      commandId: command.id,
      epoch,
      seq,
      atMs: time.nowMs,
    });
    const reply = replyOf(command, decision, store);
    const transaction = {
      changes: [...decision.changes, ...memory],
      journal: [reply, ...decision.journal],
      activities: decision.activities ?? [],
    };
    await this.#commit(transaction, decision, time);
    return { seq, epoch, isRepeat: false };
  }

  /** Returns the decision with the stamps that remember it, or the error of a command that is stale. */
  #judged(command: CloudCommand, decided: Ran, time: TimeReading): Decided {
    if (decided instanceof GatewayError) return refused(decided);
    const stamps = this.#sequence.judge(command, decided, time);
    if (stamps instanceof GatewayError) return refused(stamps);
    const requester = { by: cloud.name, commandId: command.id };
    const changes = [...withRequester(decided.changes, requester), ...stamps];
    return { ...decided, changes, error: null };
  }

  async #commit(
    transaction: Parameters<Store["commit"]>[0],
    { wake, after }: Pick<Decision, "wake" | "after">,
    time: TimeReading,
  ): Promise<void> {
    const written = this.#ports.store.commit(transaction, timestampOf(time));
    for (const lock of wake) this.#ports.wake(lock);
    await written;
    after?.();
  }

  async #within<T>(limitMs: number, limit: AbortController, running: Promise<T>): Promise<T> {
    const cancel = this.#ports.after?.(limitMs, () => limit.abort());
    try {
      return await running;
    } finally {
      cancel?.();
    }
  }

  /** Returns why the command must not run, or null if it may. */
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
    return this.#sequence.refusalOf(command, this.#byName.get(command.command), time);
  }

  /** A one-shot command is on disk before it acts. */
  async #markAttempt(command: CloudCommand, time: TimeReading): Promise<void> {
    if (this.#byName.get(command.command)?.isOneShot !== true) return;
    const mark = { commandId: command.id, command: command.command, atMs: time.nowMs };
    const attempt = put("attempt", [command.id], mark);
    await this.#commit({ changes: [attempt], journal: [] }, { wake: [] }, time);
  }

  #run(
    request: CommandRequest & { readonly id?: string },
    time: TimeReading,
  ): Ran | Promise<() => Ran> {
    const command = this.#byName.get(request.command);
    if (command === undefined) {
      return new GatewayError("notImplemented", `command: ${request.command} is not known`, {
        field: "command",
      });
    }
    const context = this.#contextOf(request, time);
    const failed = (cause: unknown) => this.#fault(request.command, cause);
    try {
      requireValid(command.input, request.params);
      requirePlainText(request.params);
      checkNamed(context, command, request.params);
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

  #contextOf(
    { id, caller, signal }: CommandRequest & { readonly id?: string },
    time: TimeReading,
  ): CommandContext {
    const { keys, sealer, site, store } = this.#ports;
    return {
      view: caller.homes === undefined ? store : new WorkView(store, caller),
      time,
      sealer,
      caller,
      requester: { by: callerKey(caller), ...(id === undefined ? {} : { commandId: id }) },
      site,
      ...(signal === undefined ? {} : { signal }),
      ...(keys === undefined ? {} : { keys }),
      newId: () => this.#ports.newId(),
      randomCode: this.#ports.randomCode ?? randomCode,
    };
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

/** A decision for the cloud, or the error that its reply tells. */
interface Decided extends Decision {
  readonly error: GatewayError | null;
}

/** An error changes nothing; only its reply is written. */
function refused(error: GatewayError): Decided {
  return { changes: [], journal: [], result: {}, wake: [], error };
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

function replyOf(
  command: CloudCommand,
  { error, result, sealed = [] }: Decided,
  view: StoreView,
): ReplyEntry {
  const fields: JsonObject = result;
  const codes: readonly SealedDetail[] = sealed;
  // The reply about a lock is erased with the lock.
  const lock = Object.keys(fields).length === 0 ? null : lockNamed(view, command.params);
  return {
    kind: "reply",
    commandId: command.id,
    command: command.command,
    errNo: error?.errNo ?? 0,
    errMsg: error?.message ?? "",
    result: fields,
    ...(lock === null ? {} : { lock }),
    ...(codes.length === 0 ? {} : { sealed: codes }),
  };
}
