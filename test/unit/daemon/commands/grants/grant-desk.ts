import assert from "node:assert/strict";
import type { CommandReply } from "../../../../../daemon/commands/execution.ts";
import type { GrantRecord } from "../../../../../daemon/core/grant/grant.ts";
import type { Capabilities, LockId } from "../../../../../daemon/core/model/door-lock.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import { put, remove } from "../../../../../daemon/store/store.ts";
import { aLock, someCapabilities } from "../../../../support/records.ts";
import { CommandDesk } from "../../../../support/rigs/command-desk.ts";

export function lockNumber(number: number): LockId {
  return `0x00124b${String(number).padStart(10, "0")}`;
}

/** A command desk with several locks, each with an administrator's code. */
export class GrantDesk {
  readonly desk: CommandDesk;
  readonly locks: readonly LockId[];

  private constructor(desk: CommandDesk, locks: readonly LockId[]) {
    this.desk = desk;
    this.locks = locks;
  }

  static async open(count: number, capabilities: Partial<Capabilities> = {}): Promise<GrantDesk> {
    const locks = Array.from({ length: count }, (_, at) => lockNumber(at + 1));
    const desk = await CommandDesk.open();
    const records = locks.map((lock) =>
      put("lock", [lock], aLock({ lock, capabilities: someCapabilities(capabilities) })),
    );
    await desk.write(...records);
    for (const uuid of locks) {
      await desk.must("add_password", { uuid, is_default: 1, password: "999111" });
    }
    return new GrantDesk(desk, locks);
  }

  call(command: string, params: object): Promise<CommandReply> {
    return this.desk.call(command, params);
  }

  async must(command: string, params: object): Promise<CommandReply> {
    const reply = await this.call(command, params);
    assert.equal(reply.ErrNo, 0, `${command}: ${reply.ErrMsg}`);
    return reply;
  }

  /** Makes a call that must fail with this ErrNo at this field, and must change nothing. */
  async refuses(command: string, params: object, [errNo, field]: [number, string]): Promise<void> {
    const before = this.desk.contents();
    const reply = await this.call(command, params);
    assert.equal(reply.ErrNo, errNo, `${command}: ${reply.ErrMsg}`);
    assert.match(reply.ErrMsg, new RegExp(`^${field}:`));
    assert.equal(this.desk.contents(), before, "a refusal changes nothing");
  }

  /** Makes a grant on all locks. @returns its id */
  async grant(params: object = {}): Promise<string> {
    const { grant_id: id } = await this.must("grant_create", {
      person: "Kim",
      locks: this.locks,
      ...params,
    });
    return String(id);
  }

  record(id: string): GrantRecord {
    const grant = this.desk.store.get("grant", [id]);
    assert.ok(grant !== undefined, `grant ${id} is there`);
    return grant;
  }

  /** Returns the grant's passwords that are stored, by the locks' sequence. */
  passwords(id: string): readonly PasswordRecord[] {
    return [...this.desk.store.list("password")].filter(({ grant }) => grant === id);
  }

  codesOf(id: string): readonly string[] {
    return this.passwords(id).map(({ code, sealedFor }) =>
      code === null ? "" : this.desk.vault.open(code, sealedFor).reveal(),
    );
  }

  /** The lock confirms what is wanted of the grant's password; a deleted one is removed. */
  async confirm(id: string, lock: LockId): Promise<void> {
    for (const password of this.passwords(id).filter((one) => one.lock === lock)) {
      const key = [lock, password.id];
      const confirmed = { ...password, operationStage: "done" as const };
      await this.desk.write(
        password.isDeleted ? remove("password", key) : put("password", key, confirmed),
      );
    }
  }

  async confirmAll(id: string): Promise<void> {
    for (const lock of this.locks) await this.confirm(id, lock);
  }

  /** Returns the outcomes that were reported, by `grantOutcome`. */
  async reported(): Promise<readonly unknown[]> {
    const records = await this.desk.journal();
    return records.flatMap(({ entry }) =>
      entry.kind === "event" && entry.event === "grantOutcome" ? [entry.detail?.["outcome"]] : [],
    );
  }
}
