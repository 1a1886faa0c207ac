import type { JsonObject } from "../base/json.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { NetworkDevice } from "../core/model/gateway/network.ts";
import type { Requester } from "../core/model/requester.ts";
import type { CodeMark, SealedCode } from "../core/model/sealed-code.ts";
import type { PinCode } from "../core/model/secret.ts";
import type { Store, StoreView } from "../store/store.ts";
import type { Diagnostics, ImmediateOptions } from "./diagnostics/diagnostics.ts";

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
    "readJournal" | "journalRange" | "readActivities" | "activityRange" | "readRadio" | "radioRange"
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
  removeLock(lock: LockId, asked?: Requester): Promise<{ readonly wasTold: boolean }>;
  /** One try within `deadlineMs`; never repeated, and not begun when the caller has gone away. */
  operate(
    lock: LockId,
    action: "lock" | "unlock",
    deadlineMs: number,
    options?: ImmediateOptions,
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
