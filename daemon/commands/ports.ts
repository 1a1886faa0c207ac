import type { JsonObject } from "../base/json.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { NetworkDevice } from "../core/model/gateway/network.ts";
import type { Requester } from "../core/model/requester.ts";
import type { CodeMark, SealedCode } from "../core/model/sealed-code.ts";
import type { PinCode } from "../core/model/secret.ts";
import type { Store, StoreView } from "../store/store.ts";
import type { Diagnostics, ImmediateOptions } from "./diagnostics/diagnostics.ts";

/** Seals codes; the key never leaves it. `boundTo` (the record's key and revision) goes into the seal. */
export interface CodeSealer {
  seal(lock: LockId, code: PinCode, boundTo: string): SealedCode;
  open(sealed: SealedCode, boundTo: string): PinCode;
  mark(lock: LockId, code: PinCode): CodeMark;
  /** Returns the RFC 6238 code of a lock's own secret for a time step. */
  oneTimeCode(lock: LockId, timeStep: number, digits: number): PinCode;
}

/** The part of the store that commands read. */
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

/** Where people reach the page. */
export interface PageAddress {
  /** The best first, each with a slash at its end. */
  readonly urls: readonly string[];
  /** SHA-256 of the certificate as browsers show it (`AB:CD:…`); null = it is served without TLS. */
  readonly fingerprint: string | null;
  /** The same of the gateway's own authority (`/ca.crt`); null = it has none. */
  readonly authorityFingerprint: string | null;
}

/** What commands do beside records: the radio, and facts about the gateway. */
export interface SitePort {
  /**
   * Opens the network for joining; 0 s closes it.
   * @throws GatewayError `stickOffline`
   */
  permitJoin(seconds: number, expected: LockId | null): Promise<void>;
  /**
   * Gives an install code to the stick. @returns the device that the text names, or null
   * @throws GatewayError `badParameters` for a text that is no install code, `stickOffline`
   */
  addInstallCode(text: string): Promise<LockId | null>;
  /**
   * Begins to adopt a lock that is on the network and has no records here.
   * @throws GatewayError `notFound`, `stickOffline`
   */
  adoptLock(lock: LockId): void;
  /** Returns the locks on the network that have no records here; absent = not known. */
  strangeLocks?(): readonly NetworkDevice[];
  /** Clears our slots if the lock can be reached, tells it to leave the network, and forgets it. */
  removeLock(lock: LockId, requester?: Requester): Promise<{ readonly wasTold: boolean }>;
  /** Tries once within `deadlineMs`, never again, and not at all when the caller has gone away. */
  operate(
    lock: LockId,
    action: "lock" | "unlock",
    deadlineMs: number,
    options?: ImmediateOptions,
  ): Promise<RemoteResult>;
  /** Returns what the gateway knows of itself. */
  gateway(): {
    readonly gatewayId: string;
    readonly homeId: string;
    readonly name: string;
    readonly version: string;
    readonly zigbeeFirmware: string;
    readonly isCloudConnected: boolean;
    /** Null = no cloud is configured. */
    readonly cloudChangedAtMs: number | null;
    readonly isPermittingJoin: boolean;
  };
  /** `passwords.refuse_trivial`: new codes such as 123456 are refused. Absent = they are accepted. */
  readonly refusesTrivialCodes?: boolean;
  /** What technicians read, and the work at a lock that a caller waits for. */
  readonly diagnostics: Diagnostics;
  /** Returns everything the gateway is made of, sealed with a passphrase; absent where nothing is stored. */
  backup?(passphrase: string): Promise<Buffer>;
  /** Returns where the page is served; null or absent = it is switched off, or the port is not open. */
  page?(): PageAddress | null;
}

/** The keys of the end-to-end protection. It never returns anything private. */
export interface KeyPort {
  /** Returns ids, ages and public keys. */
  show(): JsonObject;
  /** Makes a new key of the gateway's own and stores it. @returns as {@link KeyPort.show} */
  rotate(): Promise<JsonObject>;
}
