import type { Static, TSchema } from "typebox";
import type { OperationEntry } from "../core/logs/operation-log.ts";
import type { Asked } from "../core/logs/radio-log.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { ErrorCode } from "../core/model/errors.ts";
import type { JournalEntry, JsonObject, SealedDetail } from "../core/model/journal.ts";
import type { NetworkDevice } from "../core/model/network.ts";
import type { PasswordOrigin } from "../core/model/password.ts";
import type { CodeMark, SealedCode } from "../core/model/sealed-code.ts";
import type { PinCode } from "../core/model/secret.ts";
import type { TimeReading } from "../core/time/clock.ts";
import type { Change, ClientRecord, Store, StoreView } from "../store/store.ts";
import type { Diagnostics, HandOptions } from "./diagnostics/diagnostics.ts";

/**
 * Who may call (docs/api.md, "Who may call"). `open` needs no token; `visit` is for both sides of an installation
 * appointment: manager, steward and installer.
 */
export type Access = ClientRecord["scope"] | "open" | "visit";

/** Who calls, and through which door. */
export interface Caller {
  readonly door: "mqtt" | "rest" | "socket";
  /** Client id, `cloud`, or the unix user. */
  readonly name: string;
  readonly scope: ClientRecord["scope"];
  /** Origin that a password made by this caller gets. */
  readonly origin: PasswordOrigin;
}

/** Seals codes; the key never leaves it. `boundTo` goes into the seal: the record's key and revision. */
export interface CodeSealer {
  seal(lock: LockId, code: PinCode, boundTo: string): SealedCode;
  open(sealed: SealedCode, boundTo: string): PinCode;
  mark(lock: LockId, code: PinCode): CodeMark;
  /** RFC 6238 code of a lock's own secret for a time step. */
  oneTimeCode(lock: LockId, timeStep: number, digits: number): PinCode;
}

/** The store as commands read it. */
export type CommandView = StoreView &
  Pick<
    Store,
    | "readJournal"
    | "journalRange"
    | "readOperations"
    | "operationRange"
    | "readRadio"
    | "radioRange"
  >;

/** How the lock answered a remote lock or unlock. */
export type RemoteResult =
  | { readonly kind: "done" }
  | { readonly kind: "refused" }
  | { readonly kind: "unsupported" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "stickOffline" };

/** What commands may ask of the radio: only these are not a matter of records. */
export interface SitePort {
  /**
   * Opens the network for joining; 0 s closes it.
   * @throws GatewayError `stickOffline`
   */
  permitJoin(seconds: number, expected: LockId | null): Promise<void>;
  /**
   * @returns the device that the text names, or null
   * @throws GatewayError `badParameters` for a text that is no install code, `stickOffline`.
   */
  addInstallCode(text: string): Promise<LockId | null>;
  /**
   * Begins to take in a lock that is on the network and has no records here.
   * @throws GatewayError `notFound`, `stickOffline`
   */
  adoptLock(lock: LockId): void;
  /** Locks on the network that have no records here; absent = nobody knows. */
  strangeLocks?(): readonly NetworkDevice[];
  /** Clears our slots if the lock can be reached, tells it to leave, forgets it. */
  removeLock(lock: LockId, asked?: Asked): Promise<{ readonly wasTold: boolean }>;
  /** One try within `deadlineMs`; never repeated, and not begun when the caller has gone away. */
  operate(
    lock: LockId,
    action: "lock" | "unlock",
    deadlineMs: number,
    options?: HandOptions,
  ): Promise<RemoteResult>;
  /** The gateway's own words about itself. */
  gateway(): {
    readonly gatewayId: string;
    readonly homeId: string;
    readonly name: string;
    readonly version: string;
    readonly zigbeeFirmware: string;
    readonly isCloudConnected: boolean;
    /** Null = there is no cloud: the gateway works alone. */
    readonly cloudChangedAtMs: number | null;
    readonly isPermittingJoin: boolean;
  };
  /** `passwords.refuse_trivial`: new codes such as 123456 are refused. Absent = taken. */
  readonly refusesTrivialCodes?: boolean;
  /** What technicians look at and what is done by hand. */
  readonly diagnostics: Diagnostics;
  /** Everything the gateway is made of, sealed with a passphrase; absent where nothing is kept. */
  backup?(passphrase: string): Promise<Buffer>;
}

/** The keys of the end-to-end protection. Nothing private ever comes out of it. */
export interface KeyPort {
  /** Ids, ages and public keys. */
  show(): JsonObject;
  /** Makes a new key of the gateway's own, durably. @returns as {@link KeyPort.show} */
  rotate(): Promise<JsonObject>;
}

/** What a command sees of the world. */
export interface CommandContext {
  readonly view: CommandView;
  readonly time: TimeReading;
  readonly sealer: CodeSealer;
  readonly caller: Caller;
  /** The caller's name and the id of the command, for the records that say who wanted what. */
  readonly asked?: Asked;
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
  readonly operations?: readonly OperationEntry[];
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

/** A command as it arrives. */
export interface CommandRequest {
  readonly command: string;
  /** Not yet checked. */
  readonly params: unknown;
  readonly caller: Caller;
  /** Aborted when the caller went away before the answer. */
  readonly signal?: AbortSignal;
}

/** An answer in the words of the V1.6 API, codes opened: for the caller's eyes only. */
export interface CommandReply {
  readonly ErrNo: number;
  readonly ErrMsg: string;
  readonly [field: string]: JsonObject[string];
}

/** A command from the cloud, as the envelope of `down/command` has it. */
export interface CloudCommand {
  /** The cloud's id of the command, 1 … 128 characters: a repeat has no second effect. */
  readonly id: string;
  readonly command: string;
  readonly params: unknown;
  /** Issued at and expires at, Unix seconds. */
  readonly iat?: number;
  readonly exp?: number;
  /** The cloud has signed it, {@link CloudCommand.iat} included. */
  readonly isSigned?: true;
}

/** The one way in for commands. */
export interface CommandDoor {
  /**
   * Checks, runs and commits. Resolves after the disk has it; faults come as an ErrNo.
   * @throws (rejects) only with StoreFailure: nothing was done and nothing may be acknowledged.
   */
  execute(request: CommandRequest): Promise<CommandReply>;
  /**
   * The same for the cloud: the reply becomes a journal record in the same batch, so it is sent
   * in order with everything else. A repeat of an `id` makes the stored reply be sent again
   * (the promise gives its sequence number) and has no second effect.
   */
  executeFromCloud(command: CloudCommand): Promise<CloudExecution>;
  /**
   * Resolves when the door takes a command in the turn of the call, so that a one-shot one is marked
   * when the call comes back. Absent = always.
   */
  ready?(): Promise<void>;
}

export interface CloudExecution {
  /** Journal record that holds the reply. */
  readonly seq: number;
  readonly epoch: string;
  readonly isRepeat: boolean;
}
