import type { IdentityDoubt, PairingStep, RadioState } from "../../../drivers/lock-driver.ts";
import { rejoinSuspensionSetting } from "../../core/contact/suspended-grants.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import {
  foundDeviceSetting,
  joiningSetting,
  type NetworkDevice,
} from "../../core/model/gateway/network.ts";
import type { EventEntry } from "../../core/model/journal.ts";
import { type Change, put, remove, type Transaction } from "../../store/store.ts";
import { commit, type LockPorts } from "../lock-ports.ts";

type DevicePorts = Pick<LockPorts, "store" | "reading" | "log" | "radioLog" | "driver">;
type Paired = Extract<PairingStep, { step: "paired" }>;

/**
 * Handles devices on the network that may not be locks of ours: devices with a lock's address that nobody has
 * confirmed, locks without records, and whatever joined a network that was open when the daemon ended.
 */
export class UnverifiedDevices {
  readonly #ports: DevicePorts;
  /** Locks whose alarm was reported since the start; at most as many as the network has devices. */
  readonly #reported = new Set<LockId>();

  constructor(ports: DevicePorts) {
    this.#ports = ports;
  }

  /** A device with a lock's address has joined: it gets no code until somebody confirms that it is the lock. */
  rejoined(lock: LockId, doubt: IdentityDoubt): void {
    const { store, log } = this.#ports;
    if (store.get("lock", [lock]) === undefined) return;
    // Two devices with one address: the one that was there before still gets its codes.
    const suspension = doubt === "twice" ? null : this.#suspend(lock);
    if (suspension === null && this.#reported.has(lock)) return;
    this.#reported.add(lock);
    log.warn({ lock, doubt }, "a device with this lock's address is on the network");
    const changes = suspension === null ? [] : [suspension];
    this.#write({ changes, journal: [alarmOf(lock, doubt)], isUrgent: true });
  }

  /** Adds to the batch of a pairing that grants are suspended, unless the network was open for exactly this lock. */
  paired(transaction: Transaction, { device, isExpected }: Paired): Transaction {
    const { store, log } = this.#ports;
    const { changes, journal } = transaction;
    if (store.get("lock", [device]) === undefined) {
      return {
        ...transaction,
        changes: [...changes, remove("setting", foundDeviceSetting(device))],
      };
    }
    if (isExpected) {
      if (store.get("setting", rejoinSuspensionSetting(device)) === undefined) return transaction;
      const released = remove("setting", rejoinSuspensionSetting(device));
      return {
        ...transaction,
        changes: [...changes, released],
        journal: [...journal, clearedAlarm(device)],
      };
    }
    log.warn({ lock: device }, "the lock was paired again; its codes wait for release_grants");
    const suspension = this.#suspend(device);
    if (suspension === null) return transaction;
    return {
      ...transaction,
      changes: [...changes, suspension],
      journal: [...journal, alarmOf(device, "joined")],
    };
  }

  /** The radio is up: its start closed the network for joining. Looks for locks without records. */
  radioUp(state: Extract<RadioState, { kind: "online" }>): void {
    const { store, reading, log, driver } = this.#ports;
    const until = store.get("setting", [joiningSetting])?.value;
    if (typeof until === "number") {
      const wasOpen = until > reading().nowMs;
      if (wasOpen) log.warn({ channel: state.channel }, "joining was open and is closed now");
      const entry = { kind: "event", event: "joiningClosed", lock: null, detail: null } as const;
      this.#write({
        changes: [remove("setting", [joiningSetting])],
        journal: wasOpen ? [entry] : [],
      });
    }
    for (const device of driver.foundLocks()) this.#found(device);
  }

  #found({ uuid, manufacturer, model }: NetworkDevice): void {
    const { store, reading, log } = this.#ports;
    log.warn(
      { lock: uuid, model },
      "a lock on the network has no records here; adopt_lock takes it in",
    );
    const key = foundDeviceSetting(uuid);
    if (store.get("setting", key) !== undefined) return;
    const detail = { uuid, brand: manufacturer, model };
    this.#write({
      changes: [put("setting", key, { value: reading().nowMs })],
      journal: [{ kind: "event", event: "lockFound", lock: null, detail }],
    });
  }

  /** Returns null if the lock's grants are suspended already. */
  #suspend(lock: LockId): Change | null {
    const { store, reading } = this.#ports;
    const key = rejoinSuspensionSetting(lock);
    if (store.get("setting", key) !== undefined) return null;
    return put("setting", key, { value: reading().nowMs });
  }

  #write(transaction: Transaction): void {
    commit(this.#ports, transaction).catch((cause: unknown) => {
      this.#ports.log.warn({ cause }, "failed to store what was found on the network");
    });
  }
}

function alarmOf(lock: LockId, doubt: IdentityDoubt): EventEntry {
  return {
    kind: "event",
    event: "lockRejoinedAlarm",
    lock,
    detail: { reason: doubt, codes_held: doubt === "twice" ? 0 : 1 },
  };
}

function clearedAlarm(lock: LockId): EventEntry {
  return { kind: "event", event: "clearLockRejoinedAlarm", lock, detail: null };
}
