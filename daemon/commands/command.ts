import type { Static, TSchema } from "typebox";
import type { JsonObject } from "../base/json.ts";
import type { ActivityEntry, ActivityId } from "../core/logs/activity-log.ts";
import type { TimeReading } from "../core/model/clock.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { ErrorCode } from "../core/model/errors.ts";
import type { JournalEntry, SealedDetail } from "../core/model/journal.ts";
import type { Requester } from "../core/model/requester.ts";
import type { PinCode } from "../core/model/secret.ts";
import type { Change } from "../store/store.ts";
import type { Access, Caller } from "./caller.ts";
import type { Loss, Phrase } from "./phrase.ts";
import type { CodeSealer, CommandView, KeyPort, SitePort } from "./ports.ts";

/** What a command sees of the world. */
export interface CommandContext {
  readonly view: CommandView;
  readonly time: TimeReading;
  readonly sealer: CodeSealer;
  readonly caller: Caller;
  /** The caller's key and the id of the command, for the records of who wanted what. */
  readonly requester?: Requester;
  /** How many digits a code may have: six as V1.6 publishes it (absent), or as many as the lock takes. */
  readonly codeLength?: "published" | "lock";
  /** Aborted when the caller went away, or the cloud's command has expired: work at the lock ends with it. */
  readonly signal?: AbortSignal;
  readonly site: SitePort;
  /** Absent where the end-to-end protection is not configured. */
  readonly keys?: KeyPort;
  /** A fresh random id (UUID). */
  newId(): string;
  /** Random digits that nobody can predict. */
  randomCode(digits: number): PinCode;
}

/** What a command decides: written as one batch before anything is answered. */
export interface Decision {
  readonly changes: readonly Change[];
  readonly journal: readonly JournalEntry[];
  /** Lines of the activity log. */
  readonly activities?: readonly ActivityEntry[];
  /** The answer's fields beside ErrNo and ErrMsg. */
  readonly result: JsonObject;
  /** Codes of the answer, sealed while it is kept. */
  readonly sealed?: readonly SealedDetail[];
  /** Locks to plan again once the batch is on disk. */
  readonly wake: readonly LockId[];
  /** Called once the batch is on disk, for everything that is not a lock. */
  readonly after?: () => void;
}

/** A path and a method under `/api` that serve a command. */
export interface ResourcePath {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Parts that begin with `:` are fields of the command. */
  readonly path: string;
  /** Fields that the path stands for without naming them, as text. */
  readonly fixed?: readonly (readonly [string, string])[];
}

/**
 * One command, whatever transport it comes through: everything about it is in this definition. REST,
 * MQTT, latchctl, OpenAPI and AsyncAPI are loops over the table of them.
 */
export interface Command<I extends TSchema = TSchema, O extends TSchema = TSchema> {
  /** Wire name: the last part of the REST path, `command` over MQTT, the word for latchctl. */
  readonly name: string;
  /** One sentence for help and reference. */
  readonly summary: string;
  readonly access: Access;
  /** Who may call it from a session of the page, where that is not `access`. */
  readonly pageAccess?: Access;
  /** Read-only commands are also served by GET. */
  readonly isReadOnly: boolean;
  /** V1.6 has it as a GET although it writes: served by both methods. */
  readonly isServedByGet?: boolean;
  /** Acts on the world at once: marked on disk before it acts, so that it never acts twice. */
  readonly isOneShot?: boolean;
  /** The lock that it names may have no records here yet. */
  readonly namesNewLock?: boolean;
  /** Errors that it may answer beside those of any call (call-errors.ts). */
  readonly errors: readonly ErrorCode[];
  /** Its resources beside `/openapi/v1/<name>`. */
  readonly resources?: readonly ResourcePath[];
  /** How people say it to latchctl; without a phrase latchctl takes it by its name only. */
  readonly phrases?: readonly Phrase[];
  /** What a person loses by it; latchctl asks first. */
  readonly loss?: Loss;
  /**
   * V1.6 section 7: its success is a line of the activity log about the lock that it names, and no event.
   */
  readonly lockActivity?: ActivityId;
  /**
   * Its success is a line of the activity log and the event `activity`, with this id. "none" = neither.
   * Absent: a command that writes is `lockSettingChanged`, a read that shows codes is `codesListed`, and
   * another read leaves no trace.
   */
  readonly activity?: ActivityId | "none";
  readonly input: I;
  readonly output: O;
  /**
   * Decides. What it reads and what is written happen in one turn of the event loop: a command that
   * has to wait and writes afterwards resolves with a function that reads again and decides then.
   * @throws GatewayError
   */
  run(context: CommandContext, input: Static<I>): Decision | Promise<Decision | (() => Decision)>;
}
