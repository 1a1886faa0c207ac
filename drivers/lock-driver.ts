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

/** Steps of pairing, in the order they happen; `refused`, `failed` and `paired` are the last of one device. */
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
      /** A person had opened the network for exactly this device when it joined. */
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
      /** Faults without a calm stretch between them, from two on; absent or 0 = the radio is steady. */
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
  /** Its firmware has restarted by itself and ran no network afterwards. */
  | "stickReset"
  /** It answers, and takes no frames for the locks. */
  | "stickStuck"
  /** Going on would form a new network over one that has locks. */
  | "networkMismatch"
  /** The disk refuses a file of the network: full, read-only, damaged, or another user's. */
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
  /** A device that says to be this lock came, and nothing proves that it is: see {@link IdentityDoubt}. */
  rejoined?(lock: LockId, doubt: IdentityDoubt): void;
  radio(state: RadioState): void;
}

/** What latchd asks of a lock driver. All methods may be called in any radio state. */
export interface LockDriver {
  /**
   * Begins to bring the radio up and keeps it up: reconnects by itself (2 s … 60 s between tries).
   * Resolves at once; the listener's `radio` tells how it goes.
   * @param knownLocks locks the store holds: with any, no new network may ever be formed.
   */
  start(listener: DriverListener, knownLocks: readonly LockId[]): Promise<void>;
  /** Ends everything; pending operations end as `unreachable`, `aborted`. */
  stop(): Promise<void>;
  radioState(): RadioState;
  /**
   * Performs one operation within `deadlineMs`; never throws for what a lock or the air does.
   * One operation at a time per lock is the caller's rule.
   */
  perform<K extends OperationName>(
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    options: {
      readonly deadlineMs: number;
      readonly endpoint: number;
      readonly signal?: AbortSignal;
      /** Told the ZCL transaction sequence number of each frame when it goes to the radio. */
      readonly onSent?: (sequence: number) => void;
    },
  ): Promise<Outcome<K>>;
  /** Opens the network for joining, 1 … 254 s, for one device if `expected` is given; 0 closes it. */
  permitJoin(seconds: number, expected?: LockId): Promise<void>;
  /** Whether devices are let in now, as far as the gateway is concerned. */
  isPermittingJoin(): boolean;
  /**
   * Makes an install code known (any text form herdsman reads); the join still has to be permitted.
   * @returns the device that the text names, or null
   */
  addInstallCode(text: string): Promise<LockId | null>;
  /**
   * Takes in a lock that is on the network already, as a pairing would: the listener's `pairing` tells.
   * @throws GatewayError `notFound`, `stickOffline`
   */
  adopt(lock: LockId): void;
  /** Locks on the network that are none of ours: their records were lost. Empty while there is no stick. */
  foundLocks(): readonly NetworkDevice[];
  /** Tells the lock to leave and forgets it. `wasTold` is false when it could not be reached. */
  remove(lock: LockId): Promise<{ readonly wasTold: boolean }>;
}

/** What technicians look at. */
export interface NetworkInspector {
  /**
   * The devices that the driver knows; empty while there is no stick.
   * @param withLinks asks each router for its neighbours, one after the other, 3 s for each
   * @param signal once it is aborted no further router is asked
   */
  network(withLinks: boolean, signal?: AbortSignal): Promise<NetworkReport>;
  /** Locks of ours that the network does not know: nothing reaches them. Empty while there is no stick. */
  unknownLocks(): readonly LockId[];
  /** ms of a question to the stick and its answer; null = no stick, or no answer within 2 s. */
  ping(): Promise<number | null>;
}
