import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Caller } from "../../../../daemon/commands/caller.ts";
import type { CloudExecution, CommandReply } from "../../../../daemon/commands/execution.ts";
import { commands } from "../../../../daemon/commands/table.ts";
import { type ClockState, timestampOf } from "../../../../daemon/core/model/clock.ts";
import type { JournalEntry } from "../../../../daemon/core/model/journal.ts";
import type { LockRecord } from "../../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../../daemon/core/model/slot.ts";
import { tableNames } from "../../../../daemon/store/keys.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../../daemon/store/secrets/sealing.ts";
import { type Change, put, type Store } from "../../../../daemon/store/store.ts";
import type { ActionPorts, Message } from "../../../../daemon/tuya-actions/ports.ts";
import { actionCommands } from "../../../../daemon/tuya-actions/table.ts";
import { aLock, aLockId } from "../../../support/records.ts";
import { CheckedDispatcher } from "../../../support/rest/declared-reply.ts";
import { TestSite } from "../../../support/rigs/command-room.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

/** 2020-10-01T02:30:17Z, shortly before the times of the published examples. */
export const exampleMs = 1_601_519_417_000;

const manager: Caller = { transport: "rest", name: "partner", scope: "manager", origin: "local" };

/** Commands and actions behind one door, over a real store; the radio is a double. */
export class ActionRoom {
  readonly #temporary: TemporaryStore;
  readonly vault = new CodeVault(new MasterKey(Buffer.alloc(32, 5)));
  readonly messages: Message[] = [];
  readonly faults: unknown[] = [];
  /** How the next messages end. */
  isCarried = true;
  digits = "123456";
  /** Counts from the next {@link restart}. */
  workingDay: ActionPorts["workingDay"] = "sunday_lowest";
  clock: { nowMs: number; state: ClockState } = { nowMs: exampleMs, state: "synced" };
  executor: CheckedDispatcher;

  private constructor(temporary: TemporaryStore) {
    this.#temporary = temporary;
    this.executor = this.#newDoor();
  }

  /** With one lock, {@link aLockId}, whose administrator code is 135790. */
  static async open(lock: Partial<LockRecord> = {}): Promise<ActionRoom> {
    const room = new ActionRoom(await aTemporaryStore());
    await room.put(put("lock", [aLockId], aLock(lock)));
    const params = { uuid: aLockId, is_default: 1, password: "135790" };
    assert.equal((await room.call("add_password", params)).ErrNo, 0);
    return room;
  }

  get store(): Store {
    return this.#temporary.store;
  }

  call(command: string, params: object = {}, caller = manager): Promise<CommandReply> {
    return this.executor.execute({ command, params, caller });
  }

  /** The answer's `result`, of an action that must succeed. */
  async result(action: string, params: object = {}): Promise<unknown> {
    const reply = await this.call(action, params);
    assert.equal(reply.ErrNo, 0, `${action}: ${reply.ErrMsg}`);
    return reply["result"];
  }

  fromCloud(id: string, command: string, params: object): Promise<CloudExecution> {
    return this.executor.executeFromCloud({ id, command, params });
  }

  /** Must be refused with this number, naming the field, and nothing changed. */
  async refuses(action: string, params: object, [errNo, field]: readonly [number, string]) {
    const before = this.contents();
    const reply = await this.call(action, params);
    assert.equal(reply.ErrNo, errNo, `${action} ${JSON.stringify(params)}: ${reply.ErrMsg}`);
    assert.match(reply.ErrMsg, new RegExp(`^${field}:`));
    assert.equal(this.contents(), before, "a refusal changes nothing");
  }

  /** Everything stored, as text. */
  contents(): string {
    const tables = tableNames.map((table) => [table, [...this.store.list(table)]]);
    return JSON.stringify([tables, this.store.journalRange()]);
  }

  async put(...changes: readonly Change[]): Promise<void> {
    await this.store.commit({ changes, journal: [] }, timestampOf(this.clock));
  }

  async tell(...journal: readonly JournalEntry[]): Promise<void> {
    await this.store.commit({ changes: [], journal }, timestampOf(this.clock));
  }

  password(id: number): PasswordRecord {
    const password = this.store.get("password", [aLockId, id]);
    assert.ok(password !== undefined, `password ${id} is there`);
    return password;
  }

  codeOf(id: number): string | null {
    const { code, sealedFor } = this.password(id);
    return code === null ? null : this.vault.open(code, sealedFor).reveal();
  }

  /** As if the lock had answered: what it confirmed of a password and its slot. */
  async confirm(id: number, changes: Partial<PasswordRecord>, slot: Partial<SlotRecord> = {}) {
    const before = this.password(id);
    const password = { ...before, ...changes };
    const current =
      before.userId === null ? undefined : this.store.get("slot", [aLockId, before.userId]);
    const all: Change[] = [put("password", [aLockId, id], password)];
    if (current !== undefined) {
      const holder = password.userId === null ? null : current.holder;
      all.push(put("slot", [aLockId, current.userId], { ...current, ...slot, holder }));
    }
    await this.put(...all);
  }

  /** What a crash and a start do to this room: only the disk is left. */
  async restart(): Promise<void> {
    await this.#temporary.reopen();
    this.executor = this.#newDoor();
  }

  close(): Promise<void> {
    return this.#temporary.remove();
  }

  get ports(): ActionPorts {
    return {
      timeZone: "Europe/Berlin",
      workingDay: this.workingDay,
      messages: {
        handOver: (message) => {
          this.messages.push(message);
          return Promise.resolve(this.isCarried);
        },
      },
      randomDigits: () => this.digits,
    };
  }

  #newDoor(): CheckedDispatcher {
    return new CheckedDispatcher({
      commands: [...commands, ...actionCommands(this.ports)],
      store: this.store,
      sealer: this.vault,
      site: new TestSite(),
      reading: () => ({ ...this.clock }),
      newId: randomUUID,
      wake: () => undefined,
      onFault: (_command, cause) => void this.faults.push(cause),
    });
  }
}
