import type { Capabilities, LockId, UserId } from "../daemon/core/model/door-lock.ts";
import type { NetworkDevice, NetworkReport } from "../daemon/core/model/gateway/network.ts";
import type { LockEvent } from "../daemon/core/model/lock-event.ts";
import type {
  OperationArgs,
  OperationName,
  Outcome,
  PinReading,
} from "../daemon/core/model/operation.ts";

export type { LockEvent } from "../daemon/core/model/lock-event.ts";
export type {
  LockOperation,
  LogReading,
  OperationArgs,
  OperationName,
  OperationReplies,
  Outcome,
  PinReading,
} from "../daemon/core/model/operation.ts";

/** What a lock is, as found by interview and probing. */
export interface LockDescription {
  readonly lock: LockId;
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly capabilities: Capabilities;
}

/** Steps of a pairing in sequence. `refused`, `failed` and `paired` are the last step of a device. */
export type PairingStep =
  | { readonly step: "joined"; readonly device: LockId }
  | { readonly step: "interviewing"; readonly device: LockId }
  | { readonly step: "probing"; readonly device: LockId; readonly model: string }
  | {
      readonly step: "paired";
      readonly device: LockId;
      readonly description: LockDescription;
      /** What was found in the slots that were read, by user id; slots behind the last one were not read. */
      readonly slots: ReadonlyMap<UserId, PinReading>;
      /** A person had opened the network for exactly this device before it joined. */
      readonly isExpected: boolean;
    }
  | { readonly step: "refused"; readonly device: LockId; readonly reason: string }
  | { readonly step: "failed"; readonly device: LockId; readonly reason: string };

/** State of the radio. `offline` carries a code to act on and a sentence for people. */
export type RadioState =
  | { readonly kind: "starting" }
  | {
      readonly kind: "online";
      readonly firmware: string;
      readonly channel: number;
      readonly panId: number;
      /**
       * Faults without a calm period between them, if there were two or more; absent or 0 = the radio is
       * steady.
       */
      readonly faults?: number;
    }
  | { readonly kind: "offline"; readonly cause: RadioFault; readonly detail: string };

export type RadioFault =
  | "stickMissing"
  | "stickBusy"
  | "noPermission"
  | "notACoordinator"
  | "stickSilent"
  | "stickLost"
  /** Its firmware restarted unasked and ran no network after that. */
  | "stickReset"
  /** It answers, but takes no frames for the locks. */
  | "stickStuck"
  /** A start would form a new network over one that has locks. */
  | "networkMismatch"
  /**
   * A file of the network cannot be used: the disk is full, read-only or damaged, or the file is another
   * user's.
   */
  | "filesUnusable"
  | "stopped";

/**
 * Why a device may not be the lock whose address it has: `joined` = it has joined without the network being
 * open for it; `twice` = two devices answer with that address at the same time.
 */
export type IdentityDoubt = "joined" | "twice";

export interface DriverListener {
  lockEvent(lock: LockId, event: LockEvent): void;
  pairing(step: PairingStep): void;
  /** The lock left the network; its records stay. */
  left(lock: LockId): void;
  /**
   * A device with this lock's address came, and nothing proves that it is the lock: see {@link
   * IdentityDoubt}.
   */
  rejoined?(lock: LockId, doubt: IdentityDoubt): void;
  radio(state: RadioState): void;
}

/** What latchd needs from a lock driver. All methods may be called in any radio state. */
export interface LockDriver {
  /**
   * Starts the radio and keeps it up: the driver reconnects (2 s … 60 s between tries).
   * Resolves at once; the listener's `radio` reports each state.
   * @param knownLocks locks that have records; if there are any, no new network may ever be formed
   */
  start(listener: DriverListener, knownLocks: readonly LockId[]): Promise<void>;
  /** Ends everything. Pending operations end as `unreachable`, `aborted`. */
  stop(): Promise<void>;
  radioState(): RadioState;
  /**
   * Performs one operation within `deadlineMs`. Never throws for what a lock or the radio does.
   * Operations on one lock are sent one after the other; its caller decides their sequence.
   */
  perform<K extends OperationName>(
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    options: {
      readonly deadlineMs: number;
      readonly endpoint: number;
      readonly signal?: AbortSignal;
      /** Called with the ZCL transaction sequence number of each frame when it goes to the radio. */
      readonly onSent?: (sequence: number) => void;
    },
  ): Promise<Outcome<K>>;
  /** Opens the network for joining, 1 … 254 s, for one device if `expected` is given; 0 closes it. */
  permitJoin(seconds: number, expected?: LockId): Promise<void>;
  /** Whether the gateway lets devices join now. */
  isPermittingJoin(): boolean;
  /**
   * Adds an install code (any text form that herdsman reads). The join must still be permitted.
   * @returns the device that the text names, or null
   */
  addInstallCode(text: string): Promise<LockId | null>;
  /**
   * Sets up a lock that is on the network already, as a pairing does; the listener's `pairing` reports the
   * steps.
   * @throws GatewayError `notFound`, `stickOffline`
   */
  adopt(lock: LockId): void;
  /** Found locks: on the network, without records here. Empty while there is no stick. */
  foundLocks(): readonly NetworkDevice[];
  /** Sends the lock a leave command and forgets it. `wasTold` is false when it could not be reached. */
  remove(lock: LockId): Promise<{ readonly wasTold: boolean }>;
}

/** What technicians read. */
export interface NetworkInspector {
  /**
   * The devices that the driver knows; empty while there is no stick.
   * @param withLinks asks each router for its neighbours, one after the other, at most 3 s for each
   * @param signal once it is aborted, no further router is asked
   */
  network(withLinks: boolean, signal?: AbortSignal): Promise<NetworkReport>;
  /** Locks of ours that the network does not know: nothing reaches them. Empty while there is no stick. */
  unknownLocks(): readonly LockId[];
  /** Returns the round trip of a request to the stick, ms; null = no stick, or no answer within 2 s. */
  ping(): Promise<number | null>;
}
