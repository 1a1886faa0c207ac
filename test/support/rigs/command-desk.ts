import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Caller } from "../../../daemon/commands/caller.ts";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import type { CommandReply } from "../../../daemon/commands/execution.ts";
import { slotCommands } from "../../../daemon/commands/passwords/slot-codes/table.ts";
import type { RemoteResult, SitePort } from "../../../daemon/commands/ports.ts";
import { randomCode } from "../../../daemon/commands/random-code.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { type ClockState, timestampOf } from "../../../daemon/core/model/clock.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import { GatewayError } from "../../../daemon/core/model/errors.ts";
import type { JournalRecord } from "../../../daemon/core/model/journal.ts";
import type { LockRecord } from "../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import { PinCode } from "../../../daemon/core/model/secret.ts";
import type { SlotRecord } from "../../../daemon/core/model/slot.ts";
import { tableNames } from "../../../daemon/store/keys.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { put, type Store } from "../../../daemon/store/store.ts";
import { TestDiagnostics } from "../diagnostics.ts";
import { aLock, aLockId } from "../records.ts";
import { aTemporaryStore, type TemporaryStore } from "./temporary-store.ts";

/** What the radio was asked for, and how it answers. */
export class SiteDouble implements SitePort {
  readonly diagnostics = new TestDiagnostics();
  readonly asked: string[] = [];
  isStickThere = true;
  wasTold = true;
  result: RemoteResult = { kind: "done" };
  /** Runs while an operation is on the air. */
  meanwhile: () => Promise<void> = () => Promise.resolve();

  permitJoin(seconds: number, expected: LockId | null): Promise<void> {
    this.#requireStick();
    this.asked.push(`permit ${seconds} ${expected ?? "any"}`);
    return Promise.resolve();
  }

  addInstallCode(text: string): Promise<LockId | null> {
    this.#requireStick();
    if (text === "nonsense") {
      throw new GatewayError("badParameters", "install_code: no install code", {
        field: "install_code",
      });
    }
    this.asked.push("install code");
    return Promise.resolve(null);
  }

  adoptLock(lock: LockId): void {
    this.#requireStick();
    this.asked.push(`adopt ${lock}`);
  }

  async removeLock(lock: LockId): Promise<{ readonly wasTold: boolean }> {
    this.asked.push(`remove ${lock}`);
    await this.meanwhile();
    return { wasTold: this.wasTold };
  }

  async operate(_lock: LockId, action: "lock" | "unlock", deadlineMs: number) {
    this.asked.push(`${action} within ${deadlineMs}`);
    await this.meanwhile();
    return this.result;
  }

  gateway(): ReturnType<SitePort["gateway"]> {
    return {
      gatewayId: "gw-1",
      homeId: "home-1",
      name: "the gateway",
      version: "0.1.0",
      zigbeeFirmware: "20240710",
      isCloudConnected: true,
      cloudChangedAtMs: 5_000,
      isPermittingJoin: false,
    };
  }

  #requireStick(): void {
    if (!this.isStickThere) throw new GatewayError("stickOffline", "no stick");
  }
}

const technician: Caller = {
  transport: "rest",
  name: "technician",
  scope: "manager",
  origin: "local",
};

/** The dispatcher with every command, over a real store and a real vault; the radio is a double. */
export class CommandDesk {
  readonly site = new SiteDouble();
  readonly vault = new CodeVault(new MasterKey(Buffer.alloc(32, 7)));
  readonly time = { nowMs: 1_800_000_000_000, state: "synced" as ClockState };
  readonly woken: LockId[] = [];
  readonly faults: unknown[] = [];
  /** Codes that the generator draws, the last one again and again; empty = random ones. */
  #draws: string[] = [];
  readonly #temporary: TemporaryStore;
  executor: CommandDispatcher;

  private constructor(temporary: TemporaryStore) {
    this.#temporary = temporary;
    this.executor = this.#newDoor();
  }

  /** With one paired lock, {@link aLockId}, of which nothing is known yet. */
  static async open(lock: Partial<LockRecord> = {}): Promise<CommandDesk> {
    const desk = new CommandDesk(await aTemporaryStore());
    await desk.write(put("lock", [aLockId], aLock(lock)));
    return desk;
  }

  get store(): Store {
    return this.#temporary.store;
  }

  get nowSeconds(): number {
    return Math.floor(this.time.nowMs / 1000);
  }

  async write(...changes: readonly ReturnType<typeof put>[]): Promise<void> {
    const stamp = timestampOf(this.time);
    await this.store.commit({ changes, journal: [] }, stamp);
  }

  /** Simulates a crash and a start, after which only the data on disk remains. */
  async restart(): Promise<void> {
    await this.#temporary.reopen();
    this.executor = this.#newDoor();
  }

  async close(): Promise<void> {
    await this.#temporary.remove();
  }

  /** Calls as a technician does; the lock's address is given unless `params` has one. */
  call(command: string, params: object = {}, caller = technician): Promise<CommandReply> {
    return this.executor.execute({ command, params, caller });
  }

  /** Calls as a person does at the gateway itself, who may set codes of any length. */
  callAsPerson(command: string, params: object): Promise<CommandReply> {
    return this.call(command, params, { ...technician, transport: "socket", name: "local" });
  }

  /** Makes the generator draw these codes. */
  draws(...codes: readonly string[]): void {
    this.#draws = [...codes];
  }

  /** Synced batches since the store was opened. */
  batchesWritten(): number {
    return this.#temporary.store.batchesWritten();
  }

  /** {@link call} with the lock's address. */
  ask(command: string, params: object = {}): Promise<CommandReply> {
    return this.call(command, { uuid: aLockId, ...params });
  }

  /** Makes a call that must succeed. */
  async must(command: string, params: object = {}): Promise<CommandReply> {
    const reply = await this.ask(command, params);
    assert.equal(reply.ErrNo, 0, `${command}: ${reply.ErrMsg}`);
    return reply;
  }

  /** Makes a call that must fail with this ErrNo and a message that names the field, and must change nothing. */
  async refuses(
    [command, params]: readonly [string, object],
    errNo: number,
    field: string | null = null,
  ): Promise<void> {
    const before = this.contents();
    const reply = await this.ask(command, params);
    assert.equal(reply.ErrNo, errNo, `${command} ${JSON.stringify(params)}: ${reply.ErrMsg}`);
    if (field !== null) assert.match(reply.ErrMsg, new RegExp(`^${field}:`));
    assert.deepEqual(Object.keys(reply).sort(), ["ErrMsg", "ErrNo"]);
    assert.equal(this.contents(), before, "a refusal changes nothing");
  }

  /** Everything stored, as text. */
  contents(): string {
    const tables = tableNames.map((table) => [table, [...this.store.list(table)]]);
    return JSON.stringify([tables, this.store.journalRange()]);
  }

  password(id: number): PasswordRecord {
    const password = this.store.get("password", [aLockId, id]);
    assert.ok(password !== undefined, `password ${id} is there`);
    return password;
  }

  slotOf(id: number): SlotRecord {
    const slot = this.store.get("slot", [aLockId, this.password(id).userId ?? -1]);
    assert.ok(slot !== undefined, `password ${id} has a slot`);
    return slot;
  }

  codeOf(id: number): string | null {
    const { code, sealedFor } = this.password(id);
    return code === null ? null : this.vault.open(code, sealedFor).reveal();
  }

  async journal(): Promise<readonly JournalRecord[]> {
    const { tail, head } = this.store.journalRange();
    return head < tail ? [] : await this.store.readJournal(tail, 1000);
  }

  #newDoor(): CommandDispatcher {
    return new CommandDispatcher({
      commands: [...commands, ...slotCommands],
      store: this.store,
      sealer: this.vault,
      site: this.site,
      reading: () => ({ ...this.time }),
      newId: randomUUID,
      randomCode: (digits) => {
        const [next] = this.#draws.length > 1 ? this.#draws.splice(0, 1) : this.#draws;
        return next === undefined ? randomCode(digits) : new PinCode(next);
      },
      wake: (lock) => this.woken.push(lock),
      onFault: (_command, cause) => this.faults.push(cause),
    });
  }
}
