import { randomBytes, randomUUID } from "node:crypto";
import type { Caller } from "../../../daemon/commands/caller.ts";
import type { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import type { CommandReply } from "../../../daemon/commands/execution.ts";
import type { RemoteResult, SitePort } from "../../../daemon/commands/ports.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { type ClockState, timestampOf } from "../../../daemon/core/model/clock.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { NetworkDevice } from "../../../daemon/core/model/gateway/network.ts";
import type { JournalEntry } from "../../../daemon/core/model/journal.ts";
import type { LockRecord } from "../../../daemon/core/model/lock.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { type Change, put } from "../../../daemon/store/store.ts";
import { isStoreFailure } from "../../../daemon/store/store-failure.ts";
import { TestDiagnostics } from "../diagnostics.ts";
import { aLock, aLockId } from "../records.ts";
import { CheckedDispatcher } from "../rest/declared-reply.ts";
import { aTemporaryStore, type TemporaryStore } from "./temporary-store.ts";

/** A radio double that records its calls and gives the answers that a test sets. */
export class TestSite implements SitePort {
  readonly removed: LockId[] = [];
  readonly operated: { readonly lock: LockId; readonly action: string }[] = [];
  readonly installCodes: string[] = [];
  /** The device that the next install codes name; null = none. */
  namedDevice: LockId | null = null;
  /** Locks on the network without records. */
  strange: readonly NetworkDevice[] = [];
  permitted: { readonly seconds: number; readonly expected: LockId | null } | null = null;
  /** How the next removals end. */
  isReachable = true;
  remoteResult: RemoteResult = { kind: "done" };

  permitJoin(seconds: number, expected: LockId | null): Promise<void> {
    this.permitted = { seconds, expected };
    return Promise.resolve();
  }

  addInstallCode(text: string): Promise<LockId | null> {
    this.installCodes.push(text);
    return Promise.resolve(this.namedDevice);
  }

  strangeLocks(): readonly NetworkDevice[] {
    return this.strange;
  }

  adoptLock(): void {}

  removeLock(lock: LockId): Promise<{ readonly wasTold: boolean }> {
    this.removed.push(lock);
    return Promise.resolve({ wasTold: this.isReachable });
  }

  operate(lock: LockId, action: "lock" | "unlock"): Promise<RemoteResult> {
    this.operated.push({ lock, action });
    return Promise.resolve(this.remoteResult);
  }

  readonly diagnostics = new TestDiagnostics();

  gateway() {
    return {
      gatewayId: "gw-1",
      homeId: "",
      name: "the gateway",
      version: "1.2.3",
      zigbeeFirmware: "20230507",
      isCloudConnected: true,
      cloudChangedAtMs: 1_700_000_000_000,
      isPermittingJoin: false,
    };
  }
}

/** The whole table of commands over a real store, with a manager as the caller. */
export class CommandRoom {
  readonly #temporary: TemporaryStore;
  readonly site = new TestSite();
  readonly vault = new CodeVault(new MasterKey(randomBytes(32)));
  readonly woken: LockId[] = [];
  readonly faults: unknown[] = [];
  readonly executor: CommandDispatcher;
  clock: { nowMs: number; state: ClockState } = { nowMs: 1_800_000_000_000, state: "synced" };
  caller: Caller = { transport: "rest", name: "partner", scope: "manager", origin: "local" };

  private constructor(temporary: TemporaryStore) {
    this.#temporary = temporary;
    this.executor = new CheckedDispatcher({
      commands,
      store: temporary.store,
      sealer: this.vault,
      site: this.site,
      reading: () => ({ ...this.clock }),
      newId: randomUUID,
      wake: (lock) => void this.woken.push(lock),
      onFault: (_command, cause) => void this.faults.push(cause),
      isOfStore: isStoreFailure,
    });
  }

  static async open(): Promise<CommandRoom> {
    return new CommandRoom(await aTemporaryStore());
  }

  get store() {
    return this.#temporary.store;
  }

  call(command: string, params: unknown = {}): Promise<CommandReply> {
    return this.executor.execute({ command, params, caller: this.caller });
  }

  /** Returns the ErrNo of a call that must fail. */
  async errNo(command: string, params: unknown = {}): Promise<number> {
    return (await this.call(command, params)).ErrNo;
  }

  async put(...changes: readonly Change[]): Promise<void> {
    await this.store.commit({ changes, journal: [] }, timestampOf(this.clock));
  }

  async addLock(changes: Partial<LockRecord> = {}): Promise<LockId> {
    const lock = aLock(changes);
    await this.put(put("lock", [lock.lock], lock));
    return lock.lock;
  }

  /** A lock with an administrator password, 135790. */
  async addSetUpLock(id: LockId = aLockId): Promise<LockId> {
    await this.addLock({ lock: id });
    await this.call("add_password", { uuid: id, is_default: 1, password: "135790" });
    return id;
  }

  async journal(): Promise<readonly JournalEntry[]> {
    const records = await this.store.readJournal(1, 1000);
    return records.map(({ entry }) => entry);
  }

  close(): Promise<void> {
    return this.#temporary.remove();
  }
}
