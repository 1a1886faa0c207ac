import type { Static, TSchema } from "typebox";
import type { JsonObject } from "../base/json.ts";
import type { ActivityEntry } from "../core/logs/activity-log.ts";
import type { TimeReading } from "../core/model/clock.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { ErrorCode } from "../core/model/errors.ts";
import type { JournalEntry, SealedDetail } from "../core/model/journal.ts";
import type { Requester } from "../core/model/requester.ts";
import type { Change } from "../store/store.ts";
import type { Access, Caller } from "./caller.ts";
import type { CodeSealer, CommandView, KeyPort, SitePort } from "./ports.ts";

/** What a command sees of the world. */
export interface CommandContext {
  readonly view: CommandView;
  readonly time: TimeReading;
  readonly sealer: CodeSealer;
  readonly caller: Caller;
  /** The caller's name and the id of the command, for the records that say who wanted what. */
  readonly requester?: Requester;
  /** How many digits a code may have: six as V1.6 publishes it (absent), or as many as the lock takes. */
  readonly codeLength?: "published" | "lock";
  /** Aborted when the caller went away, or the cloud's command has expired: work by hand ends with it. */
  readonly signal?: AbortSignal;
  readonly site: SitePort;
  /** Absent where the end-to-end protection is not configured. */
  readonly keys?: KeyPort;
  /** A fresh random id (UUID). */
  newId(): string;
}

/** What a command decides: written as one batch before anything is answered. */
export interface Decision {
  readonly changes: readonly Change[];
  readonly journal: readonly JournalEntry[];
  /** Lines of the operation log. */
  readonly operations?: readonly ActivityEntry[];
  /** The answer's fields beside ErrNo and ErrMsg. */
  readonly result: JsonObject;
  /** Codes of the answer, sealed while it is kept. */
  readonly sealed?: readonly SealedDetail[];
  /** Locks to plan anew once the batch is on disk. */
  readonly wake: readonly LockId[];
  /** Called once the batch is on disk: for what is no lock. */
  readonly after?: () => void;
}

/** One command, whatever door it comes through. Its schemas are the only description of its words. */
export interface Command<I extends TSchema = TSchema, O extends TSchema = TSchema> {
  /** Wire name: the last part of the REST path, `command` over MQTT, the word for latchctl. */
  readonly name: string;
  /** One sentence for help and reference. */
  readonly summary: string;
  readonly access: Access;
  /** Read-only commands are also served by GET. */
  readonly isReadOnly: boolean;
  /** V1.6 has it as a GET although it writes: served by both methods. */
  readonly isServedByGet?: boolean;
  /** Acts on the world at once: marked on disk before it acts, so that it never acts twice. */
  readonly isOneShot?: boolean;
  readonly input: I;
  readonly output: O;
  /** What it may answer beside what any call may; absent = as `call-errors.ts` has it by its name. */
  readonly errors?: readonly ErrorCode[];
  /**
   * Decides. What it reads and what is written happen in one turn of the event loop: a command that
   * has to wait and writes afterwards resolves with a function that looks again and decides then.
   * @throws GatewayError
   */
  run(context: CommandContext, input: Static<I>): Decision | Promise<Decision | (() => Decision)>;
}
